package io.decant.dev.registry;

import java.util.Optional;

/**
 * One change of the registry, as the schemas topic keeps it. The store's state is the entries in
 * order.
 *
 * <p><em>Immutable.</em>
 */
sealed interface LogEntry {
    /** A version was registered, or (with its flag set) soft-deleted. */
    record VersionWritten(SchemaVersion version) implements LogEntry {}

    /** A version was deleted for good. */
    record VersionRemoved(String subject, int version) implements LogEntry {}

    /** All versions up to this one were soft-deleted. */
    record SubjectDeleted(String subject, int lastVersion) implements LogEntry {}

    /** A compatibility level was set, or removed when empty; no subject = the global one. */
    record CompatibilitySet(Optional<String> subject, Optional<Compatibility> level)
            implements LogEntry {}

    /** A mode was set, or removed when empty; no subject = the global one. */
    record ModeSet(Optional<String> subject, Optional<Mode> mode) implements LogEntry {}
}
