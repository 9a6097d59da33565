package io.decant.it.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Asks a gateway as an application would. <i>Thread-safe.</i> */
public final class GatewayClient {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI infer;

    public GatewayClient(int port, String model) {
        infer = URI.create("http://127.0.0.1:" + port + "/v2/models/" + model + "/infer");
    }

    /**
     * An answer to one sample.
     *
     * @param version that the answer says it comes from
     * @param logits [classes], before softmax
     */
    public record Answer(byte[] features, long version, List<Float> logits) {}

    /**
     * Asks about one sample of unsigned bytes, of shape [features].
     *
     * @throws IllegalStateException if the request fails
     */
    public Answer ask(byte[] features) {
        List<Integer> values = new ArrayList<>();
        for (byte value : features) {
            values.add(value & 0xff);
        }
        String body = "{\"inputs\":[{\"name\":\"input\",\"datatype\":\"UINT8\",\"shape\":[1," + features.length + "],\"data\":" + values + "}],\"outputs\":[{\"name\":\"logits\"}]}";
        HttpRequest request = HttpRequest.newBuilder(infer).timeout(Duration.ofSeconds(20)).POST(HttpRequest.BodyPublishers.ofString(body)).build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IllegalStateException("the gateway answered " + response.statusCode() + ": " + response.body());
            }
            JsonNode answer = JSON.readTree(response.body());
            List<Float> logits = new ArrayList<>();
            answer.at("/outputs/0/data").forEach(logit -> logits.add(logit.floatValue()));
            return new Answer(features, answer.path("model_version").asLong(), logits);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
