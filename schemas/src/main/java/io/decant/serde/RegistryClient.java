package io.decant.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * The few calls of Confluent's schema-registry API that a serializer pair needs. Schemas are sent
 * without Java's own properties, so that they equal the {@code .avsc} files. <i>Thread-safe.</i>
 */
final class RegistryClient {
    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RegistrySettings settings;
    private final HttpClient http;

    RegistryClient(RegistrySettings settings) {
        this.settings = settings;
        HttpClient.Builder client =
                HttpClient.newBuilder()
                        .connectTimeout(settings.timeout())
                        .version(HttpClient.Version.HTTP_1_1);
        settings.tls().ifPresent(client::sslContext);
        this.http = client.build();
    }

    /** Registers the schema under the subject, or finds it there. */
    int register(String subject, Schema schema) {
        return id(
                call(
                        "POST",
                        "/subjects/" + encode(subject) + "/versions",
                        body(schema),
                        settings.timeout()));
    }

    /** The id of a schema that must already be under the subject. */
    int lookUp(String subject, Schema schema) {
        return id(call("POST", "/subjects/" + encode(subject), body(schema), settings.timeout()));
    }

    /** The subject's latest schema. */
    Registered latest(String subject) {
        JsonNode answer =
                call(
                        "GET",
                        "/subjects/" + encode(subject) + "/versions/latest",
                        null,
                        settings.timeout());
        return new Registered(id(answer), schema(answer));
    }

    /** The schema of an id. */
    Schema byId(int id) {
        return schema(call("GET", "/schemas/ids/" + id, null, settings.timeout()));
    }

    /**
     * What speaks against the schema as the subject's next version, in the registry's words; empty
     * when nothing does, also when the subject is new.
     *
     * @param wait longest wait for each address of the registry
     */
    List<String> incompatibilities(String subject, Schema schema, Duration wait) {
        String path =
                "/compatibility/subjects/" + encode(subject) + "/versions/latest?verbose=true";
        JsonNode answer;
        try {
            answer = call("POST", path, body(schema), wait);
        } catch (RegistryException refused) {
            if (refused.saysNotFound()) {
                return List.of();
            }
            throw refused;
        }
        if (answer.path("is_compatible").asBoolean()) {
            return List.of();
        }
        List<String> messages = new ArrayList<>();
        answer.path("messages").forEach(message -> messages.add(message.asText()));
        return messages.isEmpty() ? List.of("the registry gave no reason") : messages;
    }

    /**
     * A schema and its id.
     *
     * @param id the registry's id, as in the wire format
     */
    record Registered(int id, Schema schema) {}

    private JsonNode call(String method, String path, String body, Duration wait) {
        RegistryException last = null;
        for (URI url : settings.urls()) {
            try {
                return call(url, method, path, body, wait);
            } catch (RegistryException failed) {
                if (failed.status() >= 400 && failed.status() < 500) {
                    throw failed;
                }
                last = failed;
            }
        }
        throw last;
    }

    private JsonNode call(URI url, String method, String path, String body, Duration wait) {
        String where = RegistrySettings.shown(url) + path;
        CompletableFuture<HttpResponse<String>> asked =
                http.sendAsync(
                        request(url, URI.create(where), method, body),
                        HttpResponse.BodyHandlers.ofString());
        try {
            // The request's own time limit would end with the answer's headers.
            return json(method + " " + where, asked.get(wait.toNanos(), TimeUnit.NANOSECONDS));
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof SSLException) {
                throw untrusted(url, failed.getCause());
            }
            throw unreachable(url, failed.getCause().getClass().getSimpleName(), failed.getCause());
        } catch (TimeoutException late) {
            asked.cancel(true);
            throw unreachable(url, "no answer within " + wait.toMillis() + " ms", late);
        } catch (InterruptedException stopped) {
            asked.cancel(true);
            Thread.currentThread().interrupt();
            throw new RegistryException(
                    "interrupted while asking the schema registry at " + where, stopped);
        }
    }

    private static RegistryException unreachable(URI url, String why, Throwable cause) {
        return new RegistryException(
                "the schema registry at "
                        + RegistrySettings.shown(url)
                        + " cannot be reached ("
                        + why
                        + "); start it or correct schema.registry.url",
                cause);
    }

    private static RegistryException untrusted(URI url, Throwable cause) {
        return new RegistryException(
                "no TLS connection to the schema registry at "
                        + RegistrySettings.shown(url)
                        + " ("
                        + cause.getMessage()
                        + "); check schema.registry.ssl.truststore.*, which must hold the authority of its certificate",
                cause);
    }

    private static JsonNode json(String question, HttpResponse<String> answer) {
        JsonNode body;
        try {
            body = JSON.readTree(answer.body());
        } catch (JsonProcessingException notJson) {
            throw new RegistryException(
                    answer.statusCode(),
                    0,
                    "the answer to "
                            + question
                            + " has status "
                            + answer.statusCode()
                            + " and is not JSON; check that schema.registry.url is a schema registry",
                    notJson);
        }
        if (answer.statusCode() / 100 != 2) {
            throw new RegistryException(
                    answer.statusCode(),
                    body.path("error_code").asInt(),
                    "the schema registry answered "
                            + answer.statusCode()
                            + " to "
                            + question
                            + ": "
                            + body.path("message").asText("without a message")
                            + advice(answer.statusCode()),
                    null);
        }
        return body;
    }

    private static String advice(int status) {
        return status == 401 || status == 403
                ? "; check basic.auth.user.info or bearer.auth.token"
                : "";
    }

    private HttpRequest request(URI url, URI where, String method, String body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(where)
                        .header("Accept", CONTENT_TYPE)
                        .header("Content-Type", CONTENT_TYPE)
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body));
        settings.authorization(url).ifPresent(value -> request.header("Authorization", value));
        return request.build();
    }

    private static int id(JsonNode answer) {
        if (!answer.path("id").isInt()) {
            throw new RegistryException(
                    "the schema registry's answer holds no id; expected an integer", null);
        }
        return answer.path("id").asInt();
    }

    private static Schema schema(JsonNode answer) {
        String type = answer.path("schemaType").asText("AVRO");
        String text = answer.path("schema").asText();
        if (!type.equals("AVRO")) {
            throw new NotAvroException("it is a " + type + " schema; expected an Avro schema");
        }
        try {
            return new Schema.Parser().parse(text);
        } catch (AvroRuntimeException malformed) {
            throw new NotAvroException("it is no Avro schema (" + malformed.getMessage() + ")");
        }
    }

    /** The registry answered, but not with a schema that Avro can read. <i>Immutable.</i> */
    static final class NotAvroException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotAvroException(String message) {
            super(message);
        }
    }

    private static String body(Schema schema) {
        return JSON.createObjectNode().put("schema", PlainSchema.of(schema).toString()).toString();
    }

    /** In a path a space is %20, not the form encoding's plus sign. */
    private static String encode(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
