package io.decant.cli.demo;

import java.util.List;
import java.util.stream.Collectors;

/** Writes Open Inference Protocol v2 requests for unsigned bytes. <i>Thread-safe.</i> */
final class InferRequest {
    private InferRequest() {}

    /**
     * The JSON body for a batch.
     *
     * @param samples raw unsigned bytes, each of the shape's size
     * @param shape of one sample
     */
    static String body(List<byte[]> samples, List<Integer> shape) {
        String extents = shape.stream().map(String::valueOf).collect(Collectors.joining(","));
        int bytes = samples.get(0).length;
        StringBuilder json = new StringBuilder(samples.size() * bytes * 4 + 200);
        json.append("{\"inputs\":[{\"name\":\"input\",\"datatype\":\"UINT8\",\"shape\":[")
                .append(samples.size())
                .append(',')
                .append(extents)
                .append("],\"data\":[");
        String separator = "";
        for (byte[] sample : samples) {
            for (byte value : sample) {
                json.append(separator).append(value & 0xff);
                separator = ",";
            }
        }
        return json.append("]}],\"outputs\":[{\"name\":\"logits\"}]}").toString();
    }
}
