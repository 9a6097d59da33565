package io.decant.pipeline.source;

import io.decant.serde.BadRecordException;

/** Parses the values of a topic into what {@link FieldPath} walks through. */
@FunctionalInterface
public interface TreeReader {
    /**
     * The value as maps, lists and single values, or as an Avro record; valid until the next call.
     *
     * @throws BadRecordException if it is not what the topic's format says
     * @throws io.decant.serde.RegistryException if the registry must be asked and does not answer
     */
    Object read(byte[] value);
}
