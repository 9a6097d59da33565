package io.decant.dev.registry;

import io.decant.dev.registry.SchemaVersion.Reference;
import java.util.List;
import org.apache.avro.Schema;

/**
 * A schema that was read: what compatibility is checked with, and the text that is stored.
 *
 * <p><em>Immutable.</em>
 *
 * @param schema with the referenced types in it
 * @param text without them, as {@code Schema.toString} writes it
 * @param references where they are
 */
record AvroText(Schema schema, String text, List<Reference> references) {}
