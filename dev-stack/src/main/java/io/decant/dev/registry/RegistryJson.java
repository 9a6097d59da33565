package io.decant.dev.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.stream.Stream;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

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
                        .put("id", version.id());
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

    /** The schema in a request's body. */
    static Schema schema(Request request) {
        String type = request.field("schemaType").orElse(SchemaVersion.AVRO);
        if (!type.equals(SchemaVersion.AVRO) || !request.body().path("references").isEmpty()) {
            throw RegistryError.invalidSchema(
                    "this registry takes schemas of type AVRO without references, was type "
                            + type
                            + " with "
                            + request.body().path("references").size()
                            + " references");
        }
        String text =
                request.field("schema")
                        .orElseThrow(() -> RegistryError.invalidSchema("field schema is missing"));
        try {
            return new Schema.Parser().parse(text);
        } catch (AvroRuntimeException failed) {
            throw RegistryError.invalidSchema(failed.getMessage());
        }
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
