package io.decant.dev.registry;

import io.decant.dev.registry.LogEntry.CompatibilitySet;
import io.decant.dev.registry.LogEntry.ModeSet;
import io.decant.dev.registry.LogEntry.SubjectDeleted;
import io.decant.dev.registry.LogEntry.VersionRemoved;
import io.decant.dev.registry.LogEntry.VersionWritten;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Everything the registry knows: subjects, versions, ids, settings. Pure: a change is first decided
 * by {@link Registrations}, {@link Deletions} or {@link SubjectSettings} (which entries to log,
 * what to answer), then logged by the caller, then applied here; a restart applies the logged
 * entries again.
 *
 * <p>Failure mode: {@link RegistryError} when what is asked for is not there.
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
    private final SubjectSettings settings;
    private int highestId;

    SchemaStore(Compatibility defaultLevel) {
        this.settings = new SubjectSettings(defaultLevel);
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
            settings.apply(set);
        } else if (entry instanceof ModeSet set) {
            settings.apply(set);
        }
    }

    SubjectSettings settings() {
        return settings;
    }

    /** Names of subjects, sorted. One is deleted when all its versions are. */
    List<String> subjects(Shown shown) {
        return subjects.entrySet().stream()
                .filter(subject -> shown.includes(allDeleted(subject.getValue().values())))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static boolean allDeleted(Collection<SchemaVersion> versions) {
        return versions.stream().allMatch(SchemaVersion::deleted);
    }

    /** All versions of all subjects. */
    List<SchemaVersion> all(Shown shown) {
        return everyVersion().filter(version -> shown.includes(version.deleted())).toList();
    }

    /** Versions of a subject, oldest first; never empty. */
    List<SchemaVersion> versions(String subject, Shown shown) {
        List<SchemaVersion> versions = versionsOrNone(subject, shown);
        if (versions.isEmpty()) {
            throw RegistryError.subjectNotFound(subject);
        }
        return versions;
    }

    /** Versions of a subject, oldest first. */
    List<SchemaVersion> versionsOrNone(String subject, Shown shown) {
        return subjects.getOrDefault(subject, new TreeMap<>()).values().stream()
                .filter(version -> shown.includes(version.deleted()))
                .toList();
    }

    SchemaVersion version(String subject, VersionNumber number, Shown shown) {
        List<SchemaVersion> versions = versions(subject, shown);
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
        return anyWith(id).orElseThrow(() -> RegistryError.schemaNotFound(Integer.toString(id)));
    }

    /** A version that uses the id. */
    Optional<SchemaVersion> anyWith(int id) {
        return any(version -> version.id() == id);
    }

    /** The text behind a GUID, in the same way. */
    SchemaVersion byGuid(String guid) {
        return any(version -> version.guid().equals(guid))
                .orElseThrow(() -> RegistryError.schemaNotFound(guid));
    }

    /** A version with exactly this schema, in any subject. */
    Optional<SchemaVersion> anyWith(AvroText schema) {
        return any(version -> version.holds(schema));
    }

    /** All versions that use an id. */
    List<SchemaVersion> usesOf(int id, Shown shown) {
        byId(id);
        return everyVersion()
                .filter(version -> version.id() == id && shown.includes(version.deleted()))
                .toList();
    }

    /** All versions that refer to one. */
    List<SchemaVersion> referringTo(String subject, int number, Shown shown) {
        return everyVersion()
                .filter(version -> shown.includes(version.deleted()))
                .filter(version -> version.refersTo(subject, number))
                .toList();
    }

    /** The highest id given since the oldest record that the topic still holds. */
    int highestId() {
        return highestId;
    }

    private Optional<SchemaVersion> any(Predicate<SchemaVersion> wanted) {
        return everyVersion().filter(wanted).findFirst();
    }

    private Stream<SchemaVersion> everyVersion() {
        return subjects.values().stream().flatMap(versions -> versions.values().stream());
    }
}
