package io.decant.dev.registry;

import java.util.Locale;
import java.util.Optional;

/**
 * What may be done with a subject. The last two are known because a topic taken over may hold them.
 */
enum Mode {
    /** Schemas are registered and the registry gives ids. */
    READWRITE,
    READONLY,
    /** Schemas are registered under ids that the client brings, and nothing is compared. */
    IMPORT,
    /** Read-only, whatever a subject's own mode says. */
    READONLY_OVERRIDE,
    /** As {@link #IMPORT}, for schemas of a cluster that this one follows. */
    FORWARD;

    /** Reads a mode that can be set here, in any case; empty when it is none of them. */
    static Optional<Mode> parse(String name) {
        return switch (name.toUpperCase(Locale.ROOT)) {
            case "READWRITE" -> Optional.of(READWRITE);
            case "READONLY" -> Optional.of(READONLY);
            case "IMPORT" -> Optional.of(IMPORT);
            default -> Optional.empty();
        };
    }

    boolean isReadOnly() {
        return this == READONLY || this == READONLY_OVERRIDE;
    }

    boolean importsIds() {
        return this == IMPORT || this == FORWARD;
    }
}
