package io.decant.serde.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/**
 * A schema registry for tests: real HTTP on a free port, schemas in memory, the calls that a
 * serializer pair makes and no more. It remembers what it was asked and can be told to fail. For
 * anything that must outlive a test there is a real registry. <i>Thread-safe.</i>
 */
public final class FakeRegistry implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final List<Schema> schemas = new ArrayList<>();
    private final Map<String, List<Integer>> subjects = new LinkedHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private Optional<Answer> always = Optional.empty();

    /**
     * One request.
     *
     * @param question method and path, for example {@code POST /subjects/labels-value/versions}
     * @param authorization the header of that name; empty text without one
     */
    public record Asked(String question, String authorization) {}

    private record Answer(int status, String body) {}

    private FakeRegistry(HttpServer server) {
        this.server = server;
        server.createContext("/", this::handle);
        server.start();
    }

    /** Starts an empty registry on a free loopback port. */
    public static FakeRegistry start() {
        try {
            return new FakeRegistry(
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
    }

    /** Its address, for {@code schema.registry.url}. */
    public String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    /** Everything it was asked, in order. */
    public List<Asked> asked() {
        return List.copyOf(asked);
    }

    /** Puts a schema under a subject; the same schema keeps its id. Ids count from 1. */
    public synchronized int register(String subject, Schema schema) {
        int id = schemas.indexOf(schema) + 1;
        if (id == 0) {
            schemas.add(schema);
            id = schemas.size();
        }
        List<Integer> versions = subjects.computeIfAbsent(subject, s -> new ArrayList<>());
        if (!versions.contains(id)) {
            versions.add(id);
        }
        return id;
    }

    /** From now on, answers every question with this. */
    public synchronized void alwaysAnswer(int status, String body) {
        always = Optional.of(new Answer(status, body));
    }

    private void handle(HttpExchange exchange) throws IOException {
        String question = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        asked.add(new Asked(question, authorization == null ? "" : authorization));
        JsonNode body = JSON.readTree(exchange.getRequestBody());
        Answer answer = answer(question.split("/"), body);
        byte[] bytes = answer.body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
        exchange.sendResponseHeaders(answer.status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /**
     * Decides.
     *
     * @param question the method, then the path's parts
     */
    private synchronized Answer answer(String[] question, JsonNode body) {
        if (always.isPresent()) {
            return always.get();
        }
        String shape = question[0].trim() + " " + question[1] + " " + question.length;
        return switch (shape) {
            case "POST subjects 4" -> id(register(question[2], schema(body)));
            case "POST subjects 3" -> lookUp(question[2], schema(body));
            case "GET subjects 5" -> latest(question[2]);
            case "GET schemas 4" -> byId(Integer.parseInt(question[3]));
            case "POST compatibility 6" -> compatibility(question[3], schema(body));
            default -> error(404, 404, "HTTP 404 Not Found");
        };
    }

    private Answer lookUp(String subject, Schema schema) {
        int id = schemas.indexOf(schema) + 1;
        return subjects.getOrDefault(subject, List.of()).contains(id)
                ? id(id)
                : error(404, 40403, "Schema not found");
    }

    private Answer latest(String subject) {
        return latestId(subject)
                .map(id -> json(text(id).put("id", id).put("subject", subject)))
                .orElseGet(() -> error(404, 40401, "Subject '" + subject + "' not found."));
    }

    private Answer byId(int id) {
        return id >= 1 && id <= schemas.size()
                ? json(text(id))
                : error(404, 40403, "Schema " + id + " not found");
    }

    private Answer compatibility(String subject, Schema schema) {
        Optional<Integer> latest = latestId(subject);
        if (latest.isEmpty()) {
            return error(404, 40401, "Subject '" + subject + "' not found.");
        }
        Schema before = schemas.get(latest.get() - 1);
        ObjectNode answer = JSON.createObjectNode();
        answer.put("is_compatible", reads(schema, before) && reads(before, schema));
        answer.putArray("messages").add("checked against schema id " + latest.get());
        return json(answer);
    }

    private static boolean reads(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType()
                == SchemaCompatibilityType.COMPATIBLE;
    }

    private Optional<Integer> latestId(String subject) {
        List<Integer> versions = subjects.getOrDefault(subject, List.of());
        return versions.isEmpty()
                ? Optional.empty()
                : Optional.of(versions.get(versions.size() - 1));
    }

    private ObjectNode text(int id) {
        return JSON.createObjectNode().put("schema", schemas.get(id - 1).toString());
    }

    private static Schema schema(JsonNode body) {
        return new Schema.Parser().parse(body.path("schema").asText());
    }

    private static Answer id(int id) {
        return json(JSON.createObjectNode().put("id", id));
    }

    private static Answer error(int status, int code, String message) {
        return new Answer(
                status,
                JSON.createObjectNode().put("error_code", code).put("message", message).toString());
    }

    private static Answer json(ObjectNode body) {
        return new Answer(200, body.toString());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
