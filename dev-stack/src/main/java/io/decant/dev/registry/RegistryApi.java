package io.decant.dev.registry;

import static io.decant.dev.registry.RegistryJson.array;
import static io.decant.dev.registry.RegistryJson.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The calls of Confluent's REST API about subjects, schemas and compatibility; {@link SettingsApi}
 * has those about settings.
 *
 * <p><em>Not thread-safe: owned by the registry's handler.</em>
 */
final class RegistryApi {
    private final Registry registry;
    private final SchemaStore store;
    private final Registrations registrations;
    private final Deletions deletions;
    private final SettingsApi settings;

    RegistryApi(Registry registry) {
        this.registry = registry;
        this.store = registry.store();
        this.registrations = new Registrations(store);
        this.deletions = new Deletions(store);
        this.settings = new SettingsApi(registry);
    }

    /**
     * Answers a request.
     *
     * @throws RegistryError when it is refused or its path is unknown
     */
    JsonNode answer(Request request) {
        return switch (request.part(0)) {
            case "" -> object();
            case "subjects" -> subjects(request);
            case "schemas" -> schemas(request);
            case "compatibility" -> compatibilityTest(request);
            case "config" -> settings.compatibility(request);
            case "mode" -> settings.mode(request);
            case "contexts" -> array(request.page(Stream.of(".")));
            case "associations" -> associations(request);
            default -> throw RegistryError.noSuchPath();
        };
    }

    /** No topic is tied to a subject here, so clients name subjects by their strategy. */
    private static JsonNode associations(Request request) {
        if (!request.method().equals("GET")) {
            throw RegistryError.noSuchMethod();
        }
        return array(Stream.of());
    }

    private JsonNode subjects(Request request) {
        Optional<String> subject = request.subject(1);
        if (subject.isEmpty()) {
            if (!request.method().equals("GET")) {
                throw RegistryError.noSuchMethod();
            }
            return array(
                    request.page(
                            store.subjects(Shown.of(request)).stream()
                                    .filter(name -> name.startsWith(request.subjectPrefix()))));
        }
        return switch (request.part(2)) {
            case "" -> subject(request, subject.get());
            case "versions" ->
                    request.part(3).isEmpty()
                            ? versions(request, subject.get())
                            : version(request, subject.get());
            case "metadata" -> {
                store.versions(subject.get(), Shown.of(request));
                // No schema here holds metadata, so none has what was asked for.
                throw RegistryError.schemaNotFound();
            }
            default -> throw RegistryError.noSuchPath();
        };
    }

    private JsonNode subject(Request request, String subject) {
        return switch (request.method()) {
            case "POST" ->
                    RegistryJson.of(
                            registrations.lookUp(
                                    subject, RegistryJson.schema(request), Shown.of(request)));
            case "DELETE" ->
                    array(
                            registry
                                    .commit(
                                            deletions.deleteSubject(
                                                    subject, request.flag("permanent")))
                                    .stream());
            default -> throw RegistryError.noSuchMethod();
        };
    }

    private JsonNode versions(Request request, String subject) {
        return switch (request.method()) {
            case "POST" ->
                    RegistryJson.registered(
                            registry.commit(
                                    registrations.register(subject, RegistryJson.schema(request))));
            case "GET" ->
                    array(
                            request.page(
                                    store.versions(subject, Shown.of(request)).stream()
                                            .map(SchemaVersion::version)));
            default -> throw RegistryError.noSuchMethod();
        };
    }

    private JsonNode version(Request request, String subject) {
        VersionNumber number = VersionNumber.parse(request.part(3));
        return switch (request.method() + " " + request.part(4)) {
            case "GET " -> RegistryJson.of(store.version(subject, number, Shown.of(request)));
            case "GET schema" ->
                    RegistryJson.text(store.version(subject, number, Shown.of(request)));
            case "GET referencedby" -> {
                int referenced = store.version(subject, number, Shown.ALL).version();
                yield array(
                        request.page(
                                store.referringTo(subject, referenced, Shown.of(request)).stream()
                                        .map(SchemaVersion::id)
                                        .distinct()
                                        .sorted()));
            }
            case "DELETE " ->
                    IntNode.valueOf(
                            registry.commit(
                                    deletions.deleteVersion(
                                            subject, number, request.flag("permanent"))));
            default -> throw RegistryError.noSuchMethod();
        };
    }

    private JsonNode schemas(Request request) {
        if (!request.method().equals("GET")) {
            throw RegistryError.noSuchMethod();
        }
        return switch (request.part(1)) {
            case "" -> array(request.page(allSchemas(request)));
            case "types" -> array(Stream.of(SchemaVersion.AVRO));
            case "ids" -> byId(request, RegistryJson.id(request.part(2)));
            case "guids" -> byGuid(request, store.byGuid(request.part(2)));
            default -> throw RegistryError.noSuchPath();
        };
    }

    private Stream<ObjectNode> allSchemas(Request request) {
        Shown shown = Shown.of(request);
        return store.all(shown).stream()
                .filter(version -> version.subject().startsWith(request.subjectPrefix()))
                .filter(
                        version ->
                                !request.flag("latestOnly")
                                        || version.equals(
                                                store.version(
                                                        version.subject(),
                                                        VersionNumber.LATEST,
                                                        shown)))
                .map(RegistryJson::of);
    }

    private JsonNode byId(Request request, int id) {
        Shown shown = Shown.of(request);
        return switch (request.part(3)) {
            case "" -> {
                ObjectNode answer = RegistryJson.schemaOnly(store.byId(id));
                yield request.flag("fetchMaxId") ? answer.put("maxId", store.highestId()) : answer;
            }
            case "schema" -> RegistryJson.text(store.byId(id));
            case "subjects" ->
                    array(
                            request.page(
                                    store.usesOf(id, shown).stream()
                                            .map(SchemaVersion::subject)
                                            .distinct()));
            case "versions" ->
                    array(
                            request.page(
                                    store.usesOf(id, shown).stream()
                                            .map(
                                                    use ->
                                                            object().put("subject", use.subject())
                                                                    .put(
                                                                            "version",
                                                                            use.version()))));
            default -> throw RegistryError.noSuchPath();
        };
    }

    private static JsonNode byGuid(Request request, SchemaVersion version) {
        return switch (request.part(3)) {
            case "" -> RegistryJson.schemaOnly(version);
            case "ids" -> array(Stream.of(object().put("context", ".").put("id", version.id())));
            default -> throw RegistryError.noSuchPath();
        };
    }

    private JsonNode compatibilityTest(Request request) {
        if (!request.part(1).equals("subjects") || !request.part(3).equals("versions")) {
            throw RegistryError.noSuchPath();
        }
        if (!request.method().equals("POST")) {
            throw RegistryError.noSuchMethod();
        }
        List<String> violations = violations(request);
        ObjectNode answer = object().put("is_compatible", violations.isEmpty());
        if (request.flag("verbose")) {
            answer.set("messages", array(violations.stream()));
        }
        return answer;
    }

    private List<String> violations(Request request) {
        String subject = request.subject(2).orElseThrow(RegistryError::noSuchPath);
        try {
            SchemaRequest schema = RegistryJson.schema(request);
            return request.part(4).isEmpty()
                    ? registrations.violations(subject, schema)
                    : registrations.violations(
                            subject, schema, VersionNumber.parse(request.part(4)));
        } catch (RegistryError refused) {
            if (refused.isInvalidSchema() && request.flag("verbose")) {
                return List.of(refused.getMessage());
            }
            throw refused;
        }
    }
}
