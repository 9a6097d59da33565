package io.decant.dev.registry;

import io.decant.dev.registry.LogEntry.SubjectDeleted;
import io.decant.dev.registry.LogEntry.VersionRemoved;
import io.decant.dev.registry.LogEntry.VersionWritten;
import io.decant.dev.registry.SchemaStore.Decision;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The rules by which versions go: first softly, then for good, and never while another schema
 * refers to them. Pure.
 *
 * <p>Failure mode: {@link RegistryError} when a request is refused.
 *
 * <p><em>Not thread-safe: owned by the registry's handler.</em>
 */
final class Deletions {
    private final SchemaStore store;

    Deletions(SchemaStore store) {
        this.store = store;
    }

    /** Soft-deletes a subject, or removes a soft-deleted one; the answer is its versions. */
    Decision<List<Integer>> deleteSubject(String subject, boolean permanent) {
        store.settings().checkWritable(subject);
        List<SchemaVersion> all = store.versions(subject, Shown.ALL);
        List<SchemaVersion> live = store.versionsOrNone(subject, Shown.LIVE);
        List<SchemaVersion> going = permanent ? all : live;
        going.forEach(
                version ->
                        checkFree(
                                version,
                                referring(version, permanent)
                                        .filter(other -> !other.subject().equals(subject))));
        List<Integer> numbers = going.stream().map(SchemaVersion::version).toList();
        if (permanent) {
            if (!live.isEmpty()) {
                throw RegistryError.subjectNotSoftDeleted(subject);
            }
            List<LogEntry> entries = new ArrayList<>(removals(all));
            entries.addAll(store.settings().forgotten(subject));
            return new Decision<>(entries, numbers);
        }
        if (live.isEmpty()) {
            throw RegistryError.subjectSoftDeleted(subject);
        }
        return Decision.of(new SubjectDeleted(subject, numbers.get(numbers.size() - 1)), numbers);
    }

    /** Newest first, since a version may refer to an earlier one of its own subject. */
    private static List<VersionRemoved> removals(List<SchemaVersion> versions) {
        return versions.stream()
                .sorted(Comparator.comparingInt(SchemaVersion::version).reversed())
                .map(version -> new VersionRemoved(version.subject(), version.version()))
                .toList();
    }

    /** Soft-deletes a version, or removes a soft-deleted one; the answer is its number. */
    Decision<Integer> deleteVersion(String subject, VersionNumber number, boolean permanent) {
        store.settings().checkWritable(subject);
        SchemaVersion version =
                store.version(subject, number, number.isLatest() ? Shown.LIVE : Shown.ALL);
        checkFree(version, referring(version, permanent));
        if (permanent && !version.deleted()) {
            throw RegistryError.versionNotSoftDeleted(subject, version.version());
        }
        if (!permanent && version.deleted()) {
            throw RegistryError.versionSoftDeleted(subject, version.version());
        }
        if (!permanent) {
            return Decision.of(new VersionWritten(version.softDeleted()), version.version());
        }
        List<LogEntry> entries = new ArrayList<>(removals(List.of(version)));
        if (store.versionsOrNone(subject, Shown.ALL).size() == 1) {
            entries.addAll(store.settings().forgotten(subject));
        }
        return new Decision<>(entries, version.version());
    }

    /**
     * Sets a mode, or removes it. Importing may begin only where no live schema is, because
     * imported ids would meet given ones; what is left of soft-deleted ones goes for good.
     *
     * @param subject none = the global mode, and all subjects
     * @param force begin to import in spite of live schemas, and keep them all
     */
    Decision<Void> setMode(Optional<String> subject, Optional<Mode> mode, boolean force) {
        Decision<Void> set = store.settings().setMode(subject, mode);
        if (mode.filter(Mode::importsIds).isEmpty() || force) {
            return set;
        }
        List<SchemaVersion> present =
                store.all(Shown.ALL).stream()
                        .filter(
                                version ->
                                        version.subject().equals(subject.orElse(version.subject())))
                        .toList();
        if (present.stream().anyMatch(version -> !version.deleted())) {
            throw RegistryError.importAmongSchemas();
        }
        List<LogEntry> entries = new ArrayList<>(removals(present));
        entries.addAll(set.entries());
        return new Decision<>(entries, null);
    }

    private Stream<SchemaVersion> referring(SchemaVersion version, boolean permanent) {
        return store
                .referringTo(
                        version.subject(), version.version(), permanent ? Shown.ALL : Shown.LIVE)
                .stream();
    }

    private static void checkFree(SchemaVersion version, Stream<SchemaVersion> referring) {
        if (referring.findAny().isPresent()) {
            throw RegistryError.stillReferenced(version.subject(), version.version());
        }
    }
}
