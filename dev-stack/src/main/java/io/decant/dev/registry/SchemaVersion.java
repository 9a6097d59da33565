package io.decant.dev.registry;

import java.util.List;
import java.util.Objects;

/**
 * One version of a subject.
 *
 * <p><em>Immutable.</em>
 *
 * @param version from 1 within the subject
 * @param id from 1, the same for the same text in any subject; stands in every record's first bytes
 * @param type {@code AVRO}; a topic taken over from another registry may hold others
 * @param schema the schema's text, for Avro as {@code Schema.toString()} gives it
 * @param references schemas that the text needs; only in a topic taken over
 * @param deleted soft-deleted: still found by id, but no longer part of the subject
 */
record SchemaVersion(
        String subject,
        int version,
        int id,
        String type,
        String schema,
        List<Reference> references,
        boolean deleted) {
    static final String AVRO = "AVRO";

    /** A named schema that is registered as a version of another subject. */
    record Reference(String name, String subject, int version) {}

    SchemaVersion {
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(schema, "schema");
        references = List.copyOf(references);
        if (version < 1 || id < 1) {
            throw new IllegalArgumentException(
                    "schema version and id of subject %s must be at least 1, were %d and %d"
                            .formatted(subject, version, id));
        }
    }

    SchemaVersion softDeleted() {
        return new SchemaVersion(subject, version, id, type, schema, references, true);
    }

    boolean hasText(String text) {
        return type.equals(AVRO) && schema.equals(text);
    }
}
