package io.decant.dev.registry;

import io.decant.dev.registry.LogEntry.CompatibilitySet;
import io.decant.dev.registry.LogEntry.ModeSet;
import io.decant.dev.registry.SchemaStore.Decision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compatibility levels and modes, the global ones and those of subjects, and what they allow. Pure.
 *
 * <p><em>Not thread-safe: owned by the registry's handler.</em>
 */
final class SubjectSettings {
    private final Map<String, Compatibility> levels = new HashMap<>();
    private final Map<String, Mode> modes = new HashMap<>();
    private final Compatibility defaultLevel;
    private Compatibility globalLevel;
    private Mode globalMode = Mode.READWRITE;

    SubjectSettings(Compatibility defaultLevel) {
        this.defaultLevel = defaultLevel;
        this.globalLevel = defaultLevel;
    }

    void apply(CompatibilitySet set) {
        if (set.subject().isEmpty()) {
            globalLevel = set.level().orElse(defaultLevel);
        } else {
            putOrRemove(levels, set.subject().get(), set.level());
        }
    }

    void apply(ModeSet set) {
        if (set.subject().isEmpty()) {
            globalMode = set.mode().orElse(Mode.READWRITE);
        } else {
            putOrRemove(modes, set.subject().get(), set.mode());
        }
    }

    private static <V> void putOrRemove(Map<String, V> map, String key, Optional<V> value) {
        value.ifPresentOrElse(present -> map.put(key, present), () -> map.remove(key));
    }

    Compatibility globalLevel() {
        return globalLevel;
    }

    /** The subject's own level. */
    Optional<Compatibility> level(String subject) {
        return Optional.ofNullable(levels.get(subject));
    }

    Compatibility levelInForce(String subject) {
        return level(subject).orElse(globalLevel);
    }

    Mode globalMode() {
        return globalMode;
    }

    /** The subject's own mode. */
    Optional<Mode> mode(String subject) {
        return Optional.ofNullable(modes.get(subject));
    }

    private Mode modeInForce(String subject) {
        return globalMode == Mode.READONLY_OVERRIDE ? globalMode : mode(subject).orElse(globalMode);
    }

    /** Sets (or with no level removes) a level; no subject = the global one. */
    Decision<Void> setLevel(Optional<String> subject, Optional<Compatibility> level) {
        checkWritable(subject.orElse(""));
        return Decision.of(new CompatibilitySet(subject, level), null);
    }

    /**
     * Sets (or removes) a mode; no subject = the global one. Always allowed: it is the way back.
     */
    Decision<Void> setMode(Optional<String> subject, Optional<Mode> mode) {
        return Decision.of(new ModeSet(subject, mode), null);
    }

    /** What removes a subject's own settings. */
    List<LogEntry> forgotten(String subject) {
        List<LogEntry> entries = new ArrayList<>();
        level(subject)
                .ifPresent(
                        own ->
                                entries.add(
                                        new CompatibilitySet(
                                                Optional.of(subject), Optional.empty())));
        mode(subject)
                .ifPresent(own -> entries.add(new ModeSet(Optional.of(subject), Optional.empty())));
        return entries;
    }

    /** Refuses changes of a read-only subject. */
    void checkWritable(String subject) {
        if (modeInForce(subject).isReadOnly()) {
            throw RegistryError.notAllowed(subject, "is in read-only mode");
        }
    }

    /** Refuses a registration: ids are given in one mode and imported in another. */
    void checkRegistration(String subject, boolean withId) {
        checkWritable(subject);
        Mode mode = modeInForce(subject);
        if (withId && !mode.importsIds()) {
            throw RegistryError.notAllowed(subject, "is not in import mode");
        }
        if (!withId && mode != Mode.READWRITE) {
            throw RegistryError.notAllowed(subject, "is not in read-write mode");
        }
    }
}
