package io.decant.dev.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.decant.dev.registry.SchemaVersion.Reference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * Reads schemas, with the versions that they refer to.
 *
 * <p>Failure mode: {@link RegistryError} 42201 when a text is not Avro or a reference leads
 * nowhere.
 *
 * <p><em>Not thread-safe: owned by the registry's handler.</em>
 */
final class SchemaReader {
    private static final JsonMapper JSON = new JsonMapper();

    private static final Set<String> AVROS_OWN =
            Set.of(
                    "type",
                    "name",
                    "namespace",
                    "doc",
                    "aliases",
                    "fields",
                    "symbols",
                    "items",
                    "values",
                    "size",
                    "default",
                    "order");

    /** Attributes that hold schemas; a default value or a property may look like one. */
    private static final Set<String> WITH_SCHEMAS = Set.of("type", "fields", "items", "values");

    private final SchemaStore store;

    SchemaReader(SchemaStore store) {
        this.store = store;
    }

    /** Reads what a client sent. */
    AvroText read(SchemaRequest request) {
        AvroText read = read(request.text(), request.references());
        return request.normalize()
                ? new AvroText(read.schema(), inOrder(read.text()), read.references())
                : read;
    }

    /** Reads what is stored. */
    Schema read(SchemaVersion version) {
        if (!version.type().equals(SchemaVersion.AVRO)) {
            throw RegistryError.invalidSchema(
                    "version %d of subject %s is of type %s, so nothing can be compared with it here"
                            .formatted(version.version(), version.subject(), version.type()));
        }
        return read(version.schema(), version.references()).schema();
    }

    private AvroText read(String text, List<Reference> references) {
        // One parser for all: what it has read it knows by name.
        Schema.Parser parser = new Schema.Parser();
        List<Schema> referenced = new ArrayList<>();
        readReferences(references, parser, referenced, new HashSet<>());
        try {
            Schema schema = parser.parse(text);
            return new AvroText(schema, textOf(schema, referenced), references);
        } catch (AvroRuntimeException failed) {
            throw RegistryError.invalidSchema(failed.getMessage());
        }
    }

    /** Deprecated, but the only way in which Avro leaves out types that stand elsewhere. */
    @SuppressWarnings("deprecation")
    private static String textOf(Schema schema, List<Schema> referenced) {
        return schema.toString(referenced, false);
    }

    private void readReferences(
            List<Reference> references,
            Schema.Parser parser,
            List<Schema> referenced,
            Set<SchemaVersion> done) {
        for (Reference reference : references) {
            SchemaVersion version = versionOf(reference);
            if (done.add(version)) {
                readReferences(version.references(), parser, referenced, done);
                try {
                    referenced.add(parser.parse(version.schema()));
                } catch (AvroRuntimeException failed) {
                    throw unusable(reference, failed.getMessage());
                }
            }
        }
    }

    private SchemaVersion versionOf(Reference reference) {
        try {
            return store.version(
                    reference.subject(), new VersionNumber(reference.version()), Shown.ALL);
        } catch (RegistryError missing) {
            throw unusable(reference, missing.getMessage());
        }
    }

    private static RegistryError unusable(Reference reference, String reason) {
        return RegistryError.invalidSchema(
                "the reference to version %d of subject %s for the name %s cannot be used: %s"
                        .formatted(
                                reference.version(),
                                reference.subject(),
                                reference.name(),
                                reason));
    }

    /**
     * The text with a schema's own properties in the order of their names. All else has one order
     * already: Avro writes it.
     */
    private static String inOrder(String text) {
        try {
            return sorted(JSON.readTree(text)).toString();
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a schema's own text is not JSON", impossible);
        }
    }

    private static JsonNode sorted(JsonNode node) {
        if (node.isArray()) {
            var array = JSON.createArrayNode();
            node.forEach(element -> array.add(sorted(element)));
            return array;
        }
        if (!(node instanceof ObjectNode object)) {
            return node;
        }
        ObjectNode ordered = JSON.createObjectNode();
        TreeMap<String, JsonNode> properties = new TreeMap<>();
        for (var attribute : object.properties()) {
            String name = attribute.getKey();
            JsonNode value = attribute.getValue();
            if (AVROS_OWN.contains(name)) {
                ordered.set(name, WITH_SCHEMAS.contains(name) ? sorted(value) : value);
            } else {
                properties.put(name, value);
            }
        }
        return ordered.setAll(properties);
    }
}
