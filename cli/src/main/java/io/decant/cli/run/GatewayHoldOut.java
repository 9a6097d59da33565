package io.decant.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.decant.cli.CommandFailure;
import io.decant.dataset.IdxSplit;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/** Has samples answered by asking the gateway, as any client would. <i>Thread-safe.</i> */
public final class GatewayHoldOut {
    /** Keeps a request well under a megabyte for samples of a thousand bytes. */
    private static final int ROWS_PER_REQUEST = 100;

    private static final ObjectMapper JSON = new ObjectMapper();

    private GatewayHoldOut() {}

    /**
     * The gateway's answers.
     *
     * @param samples raw, of the split's type and shape
     * @param version the version that every answer must come from
     * @return logits, [samples][classes]
     */
    public static float[][] logits(URI infer, IdxSplit split, List<byte[]> samples, long version)
            throws InterruptedException {
        HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        float[][] logits = new float[samples.size()][];
        for (int from = 0; from < logits.length; from += ROWS_PER_REQUEST) {
            int to = Math.min(logits.length, from + ROWS_PER_REQUEST);
            String body =
                    InferRequest.body(samples.subList(from, to), split.dtype(), split.shape());
            JsonNode answer = ask(http, infer, body);
            if (answer.path("model_version").asLong() != version) {
                throw new CommandFailure(
                        "the gateway answered with version "
                                + answer.path("model_version").asText()
                                + " while the hold-out of version "
                                + version
                                + " was measured");
            }
            JsonNode values = answer.path("outputs").path(0).path("data");
            int classes = values.size() / (to - from);
            for (int i = from; i < to; i++) {
                logits[i] = row(values, (i - from) * classes, classes);
            }
        }
        return logits;
    }

    private static JsonNode ask(HttpClient http, URI infer, String body)
            throws InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(infer)
                        .timeout(Duration.ofSeconds(30))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new CommandFailure(
                        "the gateway answered "
                                + answer.statusCode()
                                + " to a hold-out request: "
                                + answer.body());
            }
            return JSON.readTree(answer.body());
        } catch (IOException broken) {
            throw new CommandFailure(
                    "the gateway did not answer a hold-out request: " + broken, broken);
        }
    }

    private static float[] row(JsonNode values, int from, int count) {
        float[] row = new float[count];
        for (int i = 0; i < count; i++) {
            row[i] = (float) values.get(from + i).asDouble();
        }
        return row;
    }
}
