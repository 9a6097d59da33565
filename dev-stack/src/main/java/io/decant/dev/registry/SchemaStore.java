package io.decant.dev.registry;

import io.decant.dev.registry.LogEntry.CompatibilitySet;
import io.decant.dev.registry.LogEntry.ModeSet;
import io.decant.dev.registry.LogEntry.SubjectDeleted;
import io.decant.dev.registry.LogEntry.VersionRemoved;
import io.decant.dev.registry.LogEntry.VersionWritten;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * Everything the registry knows and every rule it follows: subjects, versions, ids, compatibility.
 * Pure: a change is first decided (which entries to log, what to answer), then logged by the
 * caller, then applied here; a restart applies the logged entries again.
 *
 * <p>Failure mode: {@link RegistryError} when a request is refused; the state is unchanged then.
 *
 * <p><em>Not thread-safe: owned by the registry's handler.</em>
 */
final class SchemaStore {
    /** What to write before a change is true, and what to answer afterwards. */
    record Decision<T>(List<LogEntry> entries, T answer) {
        static <T> Decision<T> of(LogEntry entry, T answer) {
            return new Decision<>(List.of(entry), answer);
        }
    }

    private final SortedMap<String, TreeMap<Integer, SchemaVersion>> subjects = new TreeMap<>();
    private final Map<String, Compatibility> levels = new HashMap<>();
    private final Map<String, Mode> modes = new HashMap<>();
    private final Compatibility defaultLevel;
    private Compatibility globalLevel;
    private Mode globalMode = Mode.READWRITE;
    private int highestId;

    SchemaStore(Compatibility defaultLevel) {
        this.defaultLevel = defaultLevel;
        this.globalLevel = defaultLevel;
    }

    void apply(LogEntry entry) {
        if (entry instanceof VersionWritten written) {
            SchemaVersion version = written.version();
            subjects.computeIfAbsent(version.subject(), subject -> new TreeMap<>())
                    .put(version.version(), version);
            highestId = Math.max(highestId, version.id());
        } else if (entry instanceof VersionRemoved removed) {
            subjects.computeIfPresent(
                    removed.subject(),
                    (subject, versions) -> {
                        versions.remove(removed.version());
                        return versions.isEmpty() ? null : versions;
                    });
        } else if (entry instanceof SubjectDeleted deleted) {
            subjects.getOrDefault(deleted.subject(), new TreeMap<>())
                    .headMap(deleted.lastVersion(), true)
                    .replaceAll((number, version) -> version.softDeleted());
        } else if (entry instanceof CompatibilitySet set) {
            if (set.subject().isEmpty()) {
                globalLevel = set.level().orElse(defaultLevel);
            } else {
                putOrRemove(levels, set.subject().get(), set.level());
            }
        } else if (entry instanceof ModeSet set) {
            if (set.subject().isEmpty()) {
                globalMode = set.mode().orElse(Mode.READWRITE);
            } else {
                putOrRemove(modes, set.subject().get(), set.mode());
            }
        }
    }

    private static <V> void putOrRemove(Map<String, V> map, String key, Optional<V> value) {
        value.ifPresentOrElse(present -> map.put(key, present), () -> map.remove(key));
    }

    /** Subjects with at least one version, sorted. */
    List<String> subjects(boolean withDeleted) {
        return subjects.entrySet().stream()
                .filter(
                        subject ->
                                withDeleted
                                        || subject.getValue().values().stream()
                                                .anyMatch(version -> !version.deleted()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** All versions of all subjects. */
    List<SchemaVersion> all(boolean withDeleted) {
        return everyVersion().filter(version -> withDeleted || !version.deleted()).toList();
    }

    /** Versions of a subject, oldest first; never empty. */
    List<SchemaVersion> versions(String subject, boolean withDeleted) {
        List<SchemaVersion> versions = versionsOrNone(subject, withDeleted);
        if (versions.isEmpty()) {
            throw RegistryError.subjectNotFound(subject);
        }
        return versions;
    }

    private List<SchemaVersion> versionsOrNone(String subject, boolean withDeleted) {
        return subjects.getOrDefault(subject, new TreeMap<>()).values().stream()
                .filter(version -> withDeleted || !version.deleted())
                .toList();
    }

    SchemaVersion version(String subject, VersionNumber number, boolean withDeleted) {
        List<SchemaVersion> versions = versions(subject, withDeleted);
        if (number.isLatest()) {
            return versions.get(versions.size() - 1);
        }
        return versions.stream()
                .filter(version -> version.version() == number.number())
                .findFirst()
                .orElseThrow(() -> RegistryError.versionNotFound(number.number()));
    }

    /** The text behind an id; soft-deleted versions count, since records with the id remain. */
    SchemaVersion byId(int id) {
        return everyVersion()
                .filter(version -> version.id() == id)
                .findFirst()
                .orElseThrow(() -> RegistryError.idNotFound(id));
    }

    /** All versions that use an id. */
    List<SchemaVersion> usesOf(int id, boolean withDeleted) {
        byId(id);
        return everyVersion()
                .filter(version -> version.id() == id && (withDeleted || !version.deleted()))
                .toList();
    }

    /** The highest id given since the oldest record that the topic still holds. */
    int highestId() {
        return highestId;
    }

    private Stream<SchemaVersion> everyVersion() {
        return subjects.values().stream().flatMap(versions -> versions.values().stream());
    }

    /** Finds the version of a subject that has exactly this schema. */
    SchemaVersion lookUp(String subject, Schema schema, boolean withDeleted) {
        String text = schema.toString();
        return versions(subject, withDeleted).stream()
                .filter(version -> version.hasText(text))
                .findFirst()
                .orElseThrow(RegistryError::schemaNotFound);
    }

    /** Registers a schema; the answer is its id. A schema that is there keeps its version. */
    Decision<Integer> register(String subject, Schema schema) {
        String text = schema.toString();
        for (SchemaVersion version : versionsOrNone(subject, false)) {
            if (version.hasText(text)) {
                return new Decision<>(List.of(), version.id());
            }
        }
        checkWritable(subject);
        List<String> violations = violations(subject, schema, versionsOrNone(subject, false));
        if (!violations.isEmpty()) {
            throw RegistryError.incompatible(subject, violations.toString());
        }
        int id =
                everyVersion()
                        .filter(version -> version.hasText(text))
                        .mapToInt(SchemaVersion::id)
                        .findFirst()
                        .orElse(highestId + 1);
        TreeMap<Integer, SchemaVersion> versions = subjects.get(subject);
        int number = versions == null ? 1 : versions.lastKey() + 1;
        return Decision.of(
                new VersionWritten(
                        new SchemaVersion(
                                subject, number, id, SchemaVersion.AVRO, text, List.of(), false)),
                id);
    }

    /** How a schema breaks the subject's level against one version; empty = compatible. */
    List<String> violations(String subject, Schema schema, VersionNumber number) {
        if (number.isLatest() && versionsOrNone(subject, false).isEmpty()) {
            return List.of();
        }
        return violations(subject, schema, List.of(version(subject, number, false)));
    }

    /** How a schema breaks the subject's level against its versions; empty = compatible. */
    List<String> violations(String subject, Schema schema) {
        return violations(subject, schema, versionsOrNone(subject, false));
    }

    private List<String> violations(String subject, Schema schema, List<SchemaVersion> earlier) {
        Compatibility level = levels.getOrDefault(subject, globalLevel);
        if (level == Compatibility.NONE) {
            return List.of();
        }
        return level.violations(schema, earlier.stream().map(SchemaStore::parsed).toList());
    }

    private static Schema parsed(SchemaVersion version) {
        if (!version.type().equals(SchemaVersion.AVRO) || !version.references().isEmpty()) {
            throw RegistryError.invalidSchema(
                    "version %d of subject %s is no Avro schema without references, so nothing can be compared with it here"
                            .formatted(version.version(), version.subject()));
        }
        try {
            return new Schema.Parser().parse(version.schema());
        } catch (AvroRuntimeException failed) {
            throw RegistryError.invalidSchema(
                    "version %d of subject %s cannot be parsed: %s"
                            .formatted(version.version(), version.subject(), failed.getMessage()));
        }
    }

    /** Soft-deletes a subject, or removes a soft-deleted one; the answer is its versions. */
    Decision<List<Integer>> deleteSubject(String subject, boolean permanent) {
        checkWritable(subject);
        List<SchemaVersion> all = versions(subject, true);
        List<SchemaVersion> live = versionsOrNone(subject, false);
        if (permanent) {
            if (!live.isEmpty()) {
                throw RegistryError.subjectNotSoftDeleted(subject);
            }
            return new Decision<>(
                    all.stream()
                            .<LogEntry>map(
                                    version -> new VersionRemoved(subject, version.version()))
                            .toList(),
                    all.stream().map(SchemaVersion::version).toList());
        }
        if (live.isEmpty()) {
            throw RegistryError.subjectSoftDeleted(subject);
        }
        List<LogEntry> entries = new ArrayList<>();
        entries.add(new SubjectDeleted(subject, all.get(all.size() - 1).version()));
        if (levels.containsKey(subject)) {
            entries.add(new CompatibilitySet(Optional.of(subject), Optional.empty()));
        }
        if (modes.containsKey(subject)) {
            entries.add(new ModeSet(Optional.of(subject), Optional.empty()));
        }
        return new Decision<>(entries, live.stream().map(SchemaVersion::version).toList());
    }

    /** Soft-deletes a version, or removes a soft-deleted one; the answer is its number. */
    Decision<Integer> deleteVersion(String subject, VersionNumber number, boolean permanent) {
        checkWritable(subject);
        SchemaVersion version = version(subject, number, !number.isLatest() || permanent);
        if (permanent && !version.deleted()) {
            throw RegistryError.versionNotSoftDeleted(subject, version.version());
        }
        if (!permanent && version.deleted()) {
            throw RegistryError.versionSoftDeleted(subject, version.version());
        }
        return Decision.of(
                permanent
                        ? new VersionRemoved(subject, version.version())
                        : new VersionWritten(version.softDeleted()),
                version.version());
    }

    Compatibility globalCompatibility() {
        return globalLevel;
    }

    Optional<Compatibility> compatibility(String subject) {
        return Optional.ofNullable(levels.get(subject));
    }

    /** Sets (or with no level removes) a level; no subject = the global one. */
    Decision<Compatibility> setCompatibility(
            Optional<String> subject, Optional<Compatibility> level) {
        checkWritable(subject.orElse(""));
        Compatibility before = subject.map(levels::get).orElse(globalLevel);
        return Decision.of(new CompatibilitySet(subject, level), level.orElse(before));
    }

    Mode globalMode() {
        return globalMode;
    }

    Optional<Mode> mode(String subject) {
        return Optional.ofNullable(modes.get(subject));
    }

    /** Sets a mode; no subject = the global one. Always allowed: it is the way back. */
    Decision<Mode> setMode(Optional<String> subject, Mode mode) {
        return Decision.of(new ModeSet(subject, Optional.of(mode)), mode);
    }

    private void checkWritable(String subject) {
        Mode mode = modes.getOrDefault(subject, globalMode);
        if (mode != Mode.READWRITE) {
            throw RegistryError.notWritable(subject, mode);
        }
    }
}
