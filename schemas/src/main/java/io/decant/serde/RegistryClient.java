package io.decant.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.avro.Schema;

/**
 * The few calls of Confluent's schema-registry API that a serializer pair needs.
 * <i>Thread-safe.</i>
 */
final class RegistryClient {
    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RegistrySettings settings;
    private final HttpClient http;

    RegistryClient(RegistrySettings settings) {
        this.settings = settings;
        this.http =
                HttpClient.newBuilder()
                        .connectTimeout(settings.timeout())
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
    }

    /** Registers the schema under the subject, or finds it there. */
    int register(String subject, Schema schema) {
        return call("POST", "/subjects/" + encode(subject) + "/versions", body(schema))
                .path("id")
                .asInt();
    }

    /** The id of a schema that must already be under the subject. */
    int lookUp(String subject, Schema schema) {
        return call("POST", "/subjects/" + encode(subject), body(schema)).path("id").asInt();
    }

    /** The subject's latest schema. */
    Registered latest(String subject) {
        JsonNode answer = call("GET", "/subjects/" + encode(subject) + "/versions/latest", null);
        return new Registered(
                answer.path("id").asInt(),
                new Schema.Parser().parse(answer.path("schema").asText()));
    }

    /** The schema of an id. */
    Schema byId(int id) {
        return new Schema.Parser()
                .parse(call("GET", "/schemas/ids/" + id, null).path("schema").asText());
    }

    /**
     * A schema and its id.
     *
     * @param id the registry's id, as in the wire format
     */
    record Registered(int id, Schema schema) {}

    private JsonNode call(String method, String path, String body) {
        RegistryException last = null;
        for (URI url : settings.urls()) {
            try {
                return call(url, method, path, body);
            } catch (RegistryException failed) {
                if (failed.status() >= 400 && failed.status() < 500) {
                    throw failed;
                }
                last = failed;
            }
        }
        throw last;
    }

    private JsonNode call(URI url, String method, String path, String body) {
        String where =
                url.getScheme()
                        + "://"
                        + url.getHost()
                        + (url.getPort() < 0 ? "" : ":" + url.getPort())
                        + trimmed(url.getPath())
                        + path;
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(where))
                        .timeout(settings.timeout())
                        .header("Accept", CONTENT_TYPE)
                        .header("Content-Type", CONTENT_TYPE)
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body));
        settings.userInfo()
                .ifPresent(
                        user ->
                                request.header(
                                        "Authorization",
                                        "Basic "
                                                + Base64.getEncoder()
                                                        .encodeToString(
                                                                user.getBytes(
                                                                        StandardCharsets.UTF_8))));
        try {
            HttpResponse<String> answer =
                    http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw new RegistryException(
                        answer.statusCode(),
                        "the schema registry answered "
                                + answer.statusCode()
                                + " to "
                                + method
                                + " "
                                + where
                                + ": "
                                + answer.body(),
                        null);
            }
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException notJson) {
            throw new RegistryException(
                    0,
                    "the schema registry's answer to "
                            + method
                            + " "
                            + where
                            + " is not JSON; is it a schema registry?",
                    notJson);
        } catch (IOException unreachable) {
            throw new RegistryException(
                    0,
                    "the schema registry at "
                            + where
                            + " cannot be reached ("
                            + unreachable.getClass().getSimpleName()
                            + "); check schema.registry.url",
                    unreachable);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new RegistryException(
                    0, "interrupted while asking the schema registry at " + where, stopped);
        }
    }

    private static String body(Schema schema) {
        return JSON.createObjectNode().put("schema", schema.toString()).toString();
    }

    private static String encode(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8);
    }

    private static String trimmed(String path) {
        return path == null ? "" : path.replaceAll("/+$", "");
    }
}
