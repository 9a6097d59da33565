package io.decant.dev.registry;

/** What may be done with a subject. Only the first allows writes; the last two are Confluent's. */
enum Mode {
    READWRITE,
    READONLY,
    READONLY_OVERRIDE,
    IMPORT
}
