package io.decant.cli.run;

import io.decant.model.spec.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Collectors;

/** Writes Open Inference Protocol v2 requests for a data set's samples. <i>Thread-safe.</i> */
public final class InferRequest {
    private InferRequest() {}

    /**
     * The JSON body for a batch.
     *
     * @param samples elements, little-endian, each of the shape's size
     * @param dtype of the elements: U8 or F32
     * @param shape of one sample
     */
    public static String body(List<byte[]> samples, DType dtype, List<Integer> shape) {
        String extents = shape.stream().map(String::valueOf).collect(Collectors.joining(","));
        int bytes = samples.get(0).length;
        StringBuilder json = new StringBuilder(samples.size() * bytes * 4 + 200);
        json.append("{\"inputs\":[{\"name\":\"input\",\"datatype\":\"")
                .append(dtype == DType.U8 ? "UINT8" : "FP32")
                .append("\",\"shape\":[")
                .append(samples.size())
                .append(',')
                .append(extents)
                .append("],\"data\":[");
        String separator = "";
        for (byte[] sample : samples) {
            ByteBuffer values = ByteBuffer.wrap(sample).order(ByteOrder.LITTLE_ENDIAN);
            while (values.hasRemaining()) {
                json.append(separator);
                if (dtype == DType.U8) {
                    json.append(values.get() & 0xff);
                } else {
                    json.append(values.getFloat());
                }
                separator = ",";
            }
        }
        return json.append("]}],\"outputs\":[{\"name\":\"logits\"}]}").toString();
    }
}
