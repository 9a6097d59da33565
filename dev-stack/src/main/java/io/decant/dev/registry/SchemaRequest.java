package io.decant.dev.registry;

import io.decant.dev.registry.SchemaVersion.Reference;
import java.util.List;
import java.util.OptionalInt;

/**
 * A schema as a client sends it, not yet read.
 *
 * <p><em>Immutable.</em>
 *
 * @param text the schema in Avro's JSON
 * @param references versions that hold the named types which the text uses but does not define
 * @param normalize treat schemas that differ only in the order of their own properties as one
 * @param id the id to import the schema under; empty = the registry gives one
 * @param version the version to import the schema as; empty = the next one
 */
record SchemaRequest(
        String text,
        List<Reference> references,
        boolean normalize,
        OptionalInt id,
        OptionalInt version) {
    SchemaRequest {
        references = List.copyOf(references);
    }

    /** A schema that needs no other, to be registered in the usual way. */
    static SchemaRequest of(String text) {
        return new SchemaRequest(text, List.of(), false, OptionalInt.empty(), OptionalInt.empty());
    }

    /** Whether a version is what this request asks for, given that its schema is. */
    boolean allows(SchemaVersion present) {
        return id.orElse(present.id()) == present.id()
                && version.orElse(present.version()) == present.version();
    }
}
