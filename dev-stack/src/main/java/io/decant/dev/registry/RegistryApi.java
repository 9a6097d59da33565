package io.decant.dev.registry;

import static io.decant.dev.registry.RegistryJson.array;
import static io.decant.dev.registry.RegistryJson.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
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
    private final SettingsApi settings;

    RegistryApi(Registry registry) {
        this.registry = registry;
        this.store = registry.store();
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
            case "subjects" -> request.path().size() < 3 ? subjects(request) : versions(request);
            case "schemas" -> request.part(1).equals("ids") ? ids(request) : schemas(request);
            case "compatibility" -> compatibilityTest(request);
            case "config" -> settings.compatibility(request);
            case "mode" -> settings.mode(request);
            case "contexts" -> array(Stream.of("."));
            default -> throw RegistryError.noSuchPath();
        };
    }

    private JsonNode subjects(Request request) {
        return switch (request.shape()) {
            case "GET 1" ->
                    array(
                            store.subjects(request.flag("deleted")).stream()
                                    .filter(subject -> hasPrefix(request, subject)));
            case "POST 2" ->
                    RegistryJson.of(
                            store.lookUp(
                                    request.part(1),
                                    RegistryJson.schema(request),
                                    request.flag("deleted")));
            case "DELETE 2" -> {
                var deletion = store.deleteSubject(request.part(1), request.flag("permanent"));
                yield array(registry.commit(deletion).stream());
            }
            default -> throw RegistryError.noSuchMethod();
        };
    }

    private JsonNode versions(Request request) {
        if (!request.part(2).equals("versions")) {
            throw RegistryError.noSuchPath();
        }
        String subject = request.part(1);
        return switch (request.shape()) {
            case "POST 3" -> {
                var registration = store.register(subject, RegistryJson.schema(request));
                yield object().put("id", registry.commit(registration));
            }
            case "GET 3" ->
                    array(
                            store.versions(subject, request.flag("deleted")).stream()
                                    .map(SchemaVersion::version));
            case "GET 4" -> RegistryJson.of(version(request));
            case "GET 5" -> RegistryJson.text(version(request));
            case "DELETE 4" -> {
                var number = VersionNumber.parse(request.part(3));
                var deletion = store.deleteVersion(subject, number, request.flag("permanent"));
                yield IntNode.valueOf(registry.commit(deletion));
            }
            default -> throw RegistryError.noSuchMethod();
        };
    }

    private SchemaVersion version(Request request) {
        return store.version(
                request.part(1), VersionNumber.parse(request.part(3)), request.flag("deleted"));
    }

    private JsonNode schemas(Request request) {
        return switch (request.shape() + " " + request.part(1)) {
            case "GET 1 " ->
                    array(
                            store.all(request.flag("deleted")).stream()
                                    .filter(version -> hasPrefix(request, version.subject()))
                                    .map(RegistryJson::of));
            case "GET 2 types" -> array(Stream.of(SchemaVersion.AVRO));
            default -> throw RegistryError.noSuchPath();
        };
    }

    private static boolean hasPrefix(Request request, String subject) {
        return subject.startsWith(request.query().getOrDefault("subjectPrefix", ""));
    }

    private JsonNode ids(Request request) {
        if (!request.method().equals("GET")) {
            throw RegistryError.noSuchMethod();
        }
        int id = RegistryJson.id(request.part(2));
        boolean withDeleted = request.flag("deleted");
        return switch (request.part(3)) {
            case "" -> {
                ObjectNode answer = RegistryJson.schemaOnly(store.byId(id));
                yield request.flag("fetchMaxId") ? answer.put("maxId", store.highestId()) : answer;
            }
            case "schema" -> RegistryJson.text(store.byId(id));
            case "subjects" ->
                    array(store.usesOf(id, withDeleted).stream().map(SchemaVersion::subject));
            case "versions" ->
                    array(
                            store.usesOf(id, withDeleted).stream()
                                    .map(
                                            use ->
                                                    object().put("subject", use.subject())
                                                            .put("version", use.version())));
            default -> throw RegistryError.noSuchPath();
        };
    }

    private JsonNode compatibilityTest(Request request) {
        if (!request.part(1).equals("subjects") || !request.part(3).equals("versions")) {
            throw RegistryError.noSuchPath();
        }
        String subject = request.part(2);
        var schema = RegistryJson.schema(request);
        List<String> violations =
                switch (request.shape()) {
                    case "POST 4" -> store.violations(subject, schema);
                    case "POST 5" ->
                            store.violations(subject, schema, VersionNumber.parse(request.part(4)));
                    default -> throw RegistryError.noSuchMethod();
                };
        ObjectNode answer = object().put("is_compatible", violations.isEmpty());
        if (request.flag("verbose")) {
            answer.set("messages", array(violations.stream()));
        }
        return answer;
    }
}
