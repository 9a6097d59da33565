package io.decant.dev.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.decant.dev.registry.SchemaVersion.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Requests and answers of the registry as JSON.
 *
 * <p><em>Thread-safe: no state.</em>
 */
final class RegistryJson {
    private static final JsonMapper JSON = new JsonMapper();

    private RegistryJson() {}

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    static ArrayNode array(Stream<?> elements) {
        return JSON.valueToTree(elements.toList());
    }

    /** A version in full; the type is left out for Avro, as Confluent does. */
    static ObjectNode of(SchemaVersion version) {
        ObjectNode answer =
                object().put("subject", version.subject())
                        .put("version", version.version())
                        .put("id", version.id())
                        .put("guid", version.guid());
        answer.setAll(schemaOnly(version));
        return answer;
    }

    /** Only what is needed to parse the schema. */
    static ObjectNode schemaOnly(SchemaVersion version) {
        ObjectNode answer = object();
        if (!version.type().equals(SchemaVersion.AVRO)) {
            answer.put("schemaType", version.type());
        }
        if (!version.references().isEmpty()) {
            answer.set("references", JSON.valueToTree(version.references()));
        }
        return answer.put("schema", version.schema());
    }

    /** The schema's text itself: for Avro it is JSON. */
    static JsonNode text(SchemaVersion version) {
        try {
            return JSON.readTree(version.schema());
        } catch (JsonProcessingException notJson) { // a type other than Avro
            return TextNode.valueOf(version.schema());
        }
    }

    /** What a registration is answered with: what became of the schema. */
    static ObjectNode registered(SchemaVersion version) {
        ObjectNode answer =
                object().put("id", version.id())
                        .put("version", version.version())
                        .put("guid", version.guid());
        answer.setAll(schemaOnly(version));
        return answer;
    }

    /** The schema in a request's body. */
    static SchemaRequest schema(Request request) {
        String type = request.field("schemaType").orElse(SchemaVersion.AVRO);
        if (!type.equals(SchemaVersion.AVRO)) {
            throw RegistryError.invalidSchema(
                    "this registry takes schemas of type AVRO, was type " + type);
        }
        refuse(request, "metadata", "ruleSet");
        String text =
                request.field("schema")
                        .orElseThrow(() -> RegistryError.invalidSchema("field schema is missing"));
        return new SchemaRequest(
                text,
                references(request.body()),
                request.flag("normalize"),
                number(request.body(), "id"),
                number(request.body(), "version"));
    }

    /** Refuses what would be accepted and then not kept. */
    static void refuse(Request request, String... fields) {
        for (String field : fields) {
            JsonNode value = request.body().path(field);
            boolean says = value.isValueNode() ? value.asBoolean(true) : !value.isEmpty();
            if (says && !value.isNull()) {
                throw RegistryError.notKept(field);
            }
        }
    }

    private static List<Reference> references(JsonNode body) {
        List<Reference> references = new ArrayList<>();
        for (JsonNode reference : body.path("references")) {
            references.add(
                    new Reference(
                            reference.path("name").asText(),
                            SubjectNames.subject(reference.path("subject").asText()),
                            reference.path("version").asInt()));
        }
        return references;
    }

    /** A positive number; clients send 0 or -1 for none. */
    private static OptionalInt number(JsonNode body, String field) {
        int number = body.path(field).asInt();
        return number > 0 ? OptionalInt.of(number) : OptionalInt.empty();
    }

    /** A schema id in a path. */
    static int id(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException notANumber) {
            throw RegistryError.noSuchPath();
        }
    }
}
