package io.decant.dev.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.decant.dev.registry.LogEntry.CompatibilitySet;
import io.decant.dev.registry.LogEntry.ModeSet;
import io.decant.dev.registry.LogEntry.SubjectDeleted;
import io.decant.dev.registry.LogEntry.VersionRemoved;
import io.decant.dev.registry.LogEntry.VersionWritten;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The record format of Confluent's {@code _schemas} topic, both ways. Pure. Keys must match
 * Confluent's to the byte, order of fields included, because compaction compares them.
 *
 * <p><em>Thread-safe: no state.</em>
 */
final class SchemaLogFormat {
    /** Key and value as the topic holds them; a null value removes the key's earlier records. */
    record Encoded(String key, String value) {}

    private static final JsonMapper JSON = new JsonMapper();
    private static final int SCHEMA_MAGIC = 1;
    private static final int OTHER_MAGIC = 0;

    private SchemaLogFormat() {}

    static Encoded encode(LogEntry entry) {
        if (entry instanceof VersionWritten written) {
            SchemaVersion version = written.version();
            return new Encoded(
                    schemaKey(version.subject(), version.version()), value(version).toString());
        } else if (entry instanceof VersionRemoved removed) {
            return new Encoded(schemaKey(removed.subject(), removed.version()), null);
        } else if (entry instanceof SubjectDeleted deleted) {
            return new Encoded(
                    subjectKey("DELETE_SUBJECT", Optional.of(deleted.subject())),
                    JSON.createObjectNode()
                            .put("subject", deleted.subject())
                            .put("version", deleted.lastVersion())
                            .toString());
        } else if (entry instanceof CompatibilitySet set) {
            return new Encoded(
                    subjectKey("CONFIG", set.subject()), single("compatibilityLevel", set.level()));
        } else if (entry instanceof ModeSet set) {
            return new Encoded(subjectKey("MODE", set.subject()), single("mode", set.mode()));
        }
        throw new IllegalStateException("no format for log entry " + entry);
    }

    private static String schemaKey(String subject, int version) {
        return JSON.createObjectNode()
                .put("keytype", "SCHEMA")
                .put("subject", subject)
                .put("version", version)
                .put("magic", SCHEMA_MAGIC)
                .toString();
    }

    private static String subjectKey(String type, Optional<String> subject) {
        return JSON.createObjectNode()
                .put("keytype", type)
                .put("subject", subject.orElse(null))
                .put("magic", OTHER_MAGIC)
                .toString();
    }

    private static ObjectNode value(SchemaVersion version) {
        ObjectNode value =
                JSON.createObjectNode()
                        .put("subject", version.subject())
                        .put("version", version.version())
                        .put("id", version.id())
                        .put("schemaType", version.type());
        if (!version.references().isEmpty()) {
            value.set("references", JSON.valueToTree(version.references()));
        }
        return value.put("schema", version.schema()).put("deleted", version.deleted());
    }

    private static String single(String field, Optional<? extends Enum<?>> value) {
        return value.map(set -> JSON.createObjectNode().put(field, set.name()).toString())
                .orElse(null);
    }

    /**
     * Reads a record of the topic.
     *
     * @param value null for a tombstone
     * @return empty for records without meaning here, such as Confluent's {@code NOOP}
     * @throws IllegalArgumentException when the record is not of this format
     */
    static Optional<LogEntry> decode(String key, String value) {
        try {
            JsonNode keyNode = JSON.readTree(key);
            JsonNode valueNode = value == null ? null : JSON.readTree(value);
            return switch (keyNode.path("keytype").asText()) {
                case "SCHEMA" -> Optional.of(schemaEntry(keyNode, valueNode));
                case "DELETE_SUBJECT" ->
                        Optional.ofNullable(valueNode)
                                .map(
                                        deleted ->
                                                new SubjectDeleted(
                                                        text(deleted, "subject"),
                                                        number(deleted, "version")));
                case "CONFIG" ->
                        Optional.of(
                                new CompatibilitySet(
                                        subject(keyNode),
                                        optional(valueNode, "compatibilityLevel")
                                                .map(Compatibility::valueOf)));
                case "MODE" ->
                        Optional.of(
                                new ModeSet(
                                        subject(keyNode),
                                        optional(valueNode, "mode").map(Mode::valueOf)));
                default -> Optional.empty();
            };
        } catch (JsonProcessingException notJson) {
            throw new IllegalArgumentException(
                    "key or value is not JSON: " + notJson.getOriginalMessage(), notJson);
        }
    }

    private static LogEntry schemaEntry(JsonNode key, JsonNode value) {
        if (value == null) {
            return new VersionRemoved(text(key, "subject"), number(key, "version"));
        }
        List<SchemaVersion.Reference> references = new ArrayList<>();
        for (JsonNode reference : value.path("references")) {
            references.add(
                    new SchemaVersion.Reference(
                            text(reference, "name"),
                            text(reference, "subject"),
                            number(reference, "version")));
        }
        return new VersionWritten(
                new SchemaVersion(
                        text(value, "subject"),
                        number(value, "version"),
                        number(value, "id"),
                        optional(value, "schemaType").orElse(SchemaVersion.AVRO),
                        text(value, "schema"),
                        references,
                        value.path("deleted").asBoolean(false)));
    }

    private static Optional<String> subject(JsonNode key) {
        return optional(key, "subject");
    }

    private static Optional<String> optional(JsonNode node, String field) {
        return node == null || !node.hasNonNull(field)
                ? Optional.empty()
                : Optional.of(node.get(field).asText());
    }

    private static String text(JsonNode node, String field) {
        return optional(node, field)
                .orElseThrow(() -> new IllegalArgumentException("field " + field + " is missing"));
    }

    private static int number(JsonNode node, String field) {
        if (!node.path(field).canConvertToInt()) {
            throw new IllegalArgumentException("field " + field + " is not a number");
        }
        return node.get(field).intValue();
    }
}
