package io.decant.dev.registry;

import io.decant.dev.registry.LogEntry.VersionRemoved;
import io.decant.dev.registry.LogEntry.VersionWritten;
import io.decant.dev.registry.SchemaStore.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rules by which schemas become versions: one text has one id, a new version must keep to the
 * subject's compatibility level, and only in import mode a client brings ids. Pure.
 *
 * <p>Failure mode: {@link RegistryError} when a request is refused.
 *
 * <p><em>Not thread-safe: owned by the registry's handler.</em>
 */
final class Registrations {
    private final SchemaStore store;
    private final SchemaReader reader;

    Registrations(SchemaStore store) {
        this.store = store;
        this.reader = new SchemaReader(store);
    }

    /** Finds the version of a subject that has exactly this schema. */
    SchemaVersion lookUp(String subject, SchemaRequest request, Shown shown) {
        AvroText schema = reader.read(request);
        return store.versions(subject, shown).stream()
                .filter(version -> version.holds(schema))
                .findFirst()
                .orElseThrow(RegistryError::schemaNotFound);
    }

    /** Registers a schema; a schema that is there keeps its version. */
    Decision<SchemaVersion> register(String subject, SchemaRequest request) {
        AvroText schema = reader.read(request);
        Optional<SchemaVersion> present = present(subject, request, schema);
        if (present.isPresent()) {
            return new Decision<>(List.of(), present.get());
        }
        boolean imported = request.id().isPresent();
        store.settings().checkRegistration(subject, imported);
        int next = nextVersion(subject);
        if (!imported) {
            checkCompatible(subject, schema);
            if (request.version().orElse(next) != next) {
                throw RegistryError.invalidSchema(
                        "version %d is not one more than the previous version %d"
                                .formatted(request.version().getAsInt(), next - 1));
            }
        }
        SchemaVersion version =
                SchemaVersion.live(
                        subject, request.version().orElse(next), id(request, schema), schema);
        List<LogEntry> entries = new ArrayList<>(replaced(version));
        entries.add(new VersionWritten(version));
        return new Decision<>(entries, version);
    }

    private Optional<SchemaVersion> present(
            String subject, SchemaRequest request, AvroText schema) {
        return store.versionsOrNone(subject, Shown.LIVE).stream()
                .filter(version -> version.holds(schema) && request.allows(version))
                .findFirst();
    }

    private int nextVersion(String subject) {
        return 1
                + store.versionsOrNone(subject, Shown.ALL).stream()
                        .mapToInt(SchemaVersion::version)
                        .max()
                        .orElse(0);
    }

    private void checkCompatible(String subject, AvroText schema) {
        List<String> violations =
                violations(subject, schema, store.versionsOrNone(subject, Shown.LIVE));
        if (!violations.isEmpty()) {
            throw RegistryError.incompatible(subject, violations.toString());
        }
    }

    private int id(SchemaRequest request, AvroText schema) {
        if (request.id().isEmpty()) {
            return store.anyWith(schema).map(SchemaVersion::id).orElse(store.highestId() + 1);
        }
        int id = request.id().getAsInt();
        if (store.anyWith(id).filter(other -> !other.holds(schema)).isPresent()) {
            throw RegistryError.idTaken(id);
        }
        return id;
    }

    /** Soft-deleted versions that come back as this one, unless another schema needs them. */
    private List<VersionRemoved> replaced(SchemaVersion version) {
        return store.versionsOrNone(version.subject(), Shown.DELETED).stream()
                .filter(old -> old.id() == version.id() && old.version() < version.version())
                .filter(old -> store.referringTo(old.subject(), old.version(), Shown.ALL).isEmpty())
                .map(old -> new VersionRemoved(old.subject(), old.version()))
                .toList();
    }

    /** How a schema breaks the subject's level against one version; empty = compatible. */
    List<String> violations(String subject, SchemaRequest request, VersionNumber number) {
        AvroText schema = reader.read(request);
        List<SchemaVersion> live = store.versionsOrNone(subject, Shown.LIVE);
        if (live.isEmpty() && number.isLatest()) {
            return List.of();
        }
        if (live.isEmpty()) {
            throw RegistryError.versionNotFound(number.number());
        }
        return violations(subject, schema, List.of(store.version(subject, number, Shown.LIVE)));
    }

    /** How a schema breaks the subject's level against its versions; empty = compatible. */
    List<String> violations(String subject, SchemaRequest request) {
        return violations(subject, reader.read(request), store.versionsOrNone(subject, Shown.LIVE));
    }

    private List<String> violations(String subject, AvroText schema, List<SchemaVersion> earlier) {
        Compatibility level = store.settings().levelInForce(subject);
        if (level == Compatibility.NONE) {
            return List.of();
        }
        return level.violations(schema.schema(), earlier.stream().map(reader::read).toList());
    }
}
