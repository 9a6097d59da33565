package io.decant.cli.demo;

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
import java.util.ArrayList;
import java.util.List;

/** Classifies the test samples by asking the gateway, as any client would. <i>Thread-safe.</i> */
final class GatewayHoldOut {
    /** Keeps a request well under a megabyte for samples of a thousand bytes. */
    private static final int ROWS_PER_REQUEST = 100;

    private static final ObjectMapper JSON = new ObjectMapper();

    private GatewayHoldOut() {}

    /**
     * The gateway's class for each test sample.
     *
     * @param version the version that every answer must come from
     * @return argmax of the logits, [samples]
     */
    static int[] classes(URI infer, IdxSplit test, long version) throws InterruptedException {
        HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        int[] classes = new int[test.size()];
        for (int from = 0; from < test.size(); from += ROWS_PER_REQUEST) {
            int to = Math.min(test.size(), from + ROWS_PER_REQUEST);
            List<byte[]> rows = new ArrayList<>();
            for (int i = from; i < to; i++) {
                rows.add(test.sample(i));
            }
            JsonNode answer = ask(http, infer, InferRequest.body(rows, test.dtype(), test.shape()));
            if (answer.path("model_version").asLong() != version) {
                throw new CommandFailure(
                        "the gateway answered with version "
                                + answer.path("model_version").asText()
                                + " while the hold-out of version "
                                + version
                                + " was measured");
            }
            JsonNode logits = answer.path("outputs").path(0).path("data");
            int classCount = logits.size() / (to - from);
            for (int i = from; i < to; i++) {
                classes[i] = argmax(logits, (i - from) * classCount, classCount);
            }
        }
        return classes;
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

    private static int argmax(JsonNode values, int from, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            if (values.get(from + i).asDouble() > values.get(from + best).asDouble()) {
                best = i;
            }
        }
        return best;
    }
}
