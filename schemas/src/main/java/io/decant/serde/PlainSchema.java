package io.decant.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/**
 * A generated class's schema as its {@code .avsc} file says it. The generator adds a property to
 * every string that only Java understands; with it, a registry would take the same schema for
 * another one. <i>Thread-safe: all methods are pure.</i>
 */
public final class PlainSchema {
    private PlainSchema() {}

    /** The schema without Java's properties; docs and defaults stay. */
    public static Schema of(Schema schema) {
        try {
            JsonNode tree = new ObjectMapper().readTree(schema.toString());
            strip(tree);
            return new Schema.Parser().parse(tree.toString());
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a schema's own text is not JSON", impossible);
        }
    }

    private static void strip(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove(GenericData.STRING_PROP);
        }
        node.forEach(PlainSchema::strip);
    }
}
