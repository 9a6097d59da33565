package io.decant.dev.registry;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * One version of a subject.
 *
 * <p><em>Immutable.</em>
 *
 * @param version from 1 within the subject
 * @param id from 1, the same for the same text in any subject; stands in every record's first bytes
 * @param type {@code AVRO}; a topic taken over from another registry may hold others
 * @param schema the schema's text, for Avro as {@code Schema.toString()} gives it
 * @param references schemas that the text needs and does not hold
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

    /** A version as it is when it is registered. */
    static SchemaVersion live(String subject, int version, int id, AvroText schema) {
        return new SchemaVersion(
                subject, version, id, AVRO, schema.text(), schema.references(), false);
    }

    boolean holds(AvroText text) {
        return type.equals(AVRO)
                && schema.equals(text.text())
                && references.equals(text.references());
    }

    boolean refersTo(String other, int number) {
        return references.stream()
                .anyMatch(
                        reference ->
                                reference.subject().equals(other) && reference.version() == number);
    }

    /**
     * The schema's name in all registries: the MD5 of its text and, for each reference, its name,
     * its subject and its version as a big-endian 32-bit integer, written as a UUID. Confluent's
     * clients of version 8 may put it into a record's headers in place of the id.
     */
    String guid() {
        MessageDigest md5 = md5();
        md5.update(schema.getBytes(StandardCharsets.UTF_8));
        for (Reference reference : references) {
            md5.update(reference.name().getBytes(StandardCharsets.UTF_8));
            md5.update(reference.subject().getBytes(StandardCharsets.UTF_8));
            md5.update(ByteBuffer.allocate(Integer.BYTES).putInt(reference.version()).array());
        }
        ByteBuffer digest = ByteBuffer.wrap(md5.digest());
        return new UUID(digest.getLong(), digest.getLong()).toString();
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has MD5", impossible);
        }
    }
}
