package io.decant.pipeline.source;

/** How the values of an operator's topic are written. <i>Immutable.</i> */
public enum SourceFormat {
    /** One JSON document in UTF-8. */
    JSON,
    /** Avro binary after a zero byte and a 4-byte schema id, the schema in the registry. */
    AVRO
}
