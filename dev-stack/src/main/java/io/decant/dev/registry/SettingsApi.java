package io.decant.dev.registry;

import static io.decant.dev.registry.RegistryJson.object;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * The calls of Confluent's REST API about compatibility levels and modes.
 *
 * <p><em>Not thread-safe: owned by the registry's handler.</em>
 */
final class SettingsApi {
    private final Registry registry;
    private final SchemaStore store;

    SettingsApi(Registry registry) {
        this.registry = registry;
        this.store = registry.store();
    }

    JsonNode compatibility(Request request) {
        Optional<String> subject = request.subject();
        return switch (request.method()) {
            case "GET" -> object().put("compatibilityLevel", compatibilityInForce(request).name());
            case "PUT" -> {
                String name = request.field("compatibility").orElse("");
                Compatibility level =
                        Compatibility.parse(name)
                                .orElseThrow(() -> RegistryError.invalidCompatibility(name));
                registry.commit(store.setCompatibility(subject, Optional.of(level)));
                yield object().put("compatibility", level.name());
            }
            case "DELETE" -> {
                Compatibility removed =
                        subject.isEmpty() ? store.globalCompatibility() : ofSubject(subject.get());
                registry.commit(store.setCompatibility(subject, Optional.empty()));
                yield object().put("compatibilityLevel", removed.name());
            }
            default -> throw RegistryError.noSuchMethod();
        };
    }

    private Compatibility compatibilityInForce(Request request) {
        Optional<String> subject = request.subject();
        return subject.isEmpty()
                        || request.flag("defaultToGlobal")
                                && store.compatibility(subject.get()).isEmpty()
                ? store.globalCompatibility()
                : ofSubject(subject.get());
    }

    private Compatibility ofSubject(String subject) {
        return store.compatibility(subject)
                .orElseThrow(() -> RegistryError.noSubjectCompatibility(subject));
    }

    JsonNode mode(Request request) {
        Optional<String> subject = request.subject();
        return switch (request.method()) {
            case "GET" -> object().put("mode", modeInForce(request).name());
            case "PUT" -> {
                Mode mode =
                        switch (request.field("mode").orElse("")) {
                            case "READWRITE" -> Mode.READWRITE;
                            case "READONLY" -> Mode.READONLY;
                            default ->
                                    throw RegistryError.invalidMode(
                                            request.field("mode").orElse(""));
                        };
                yield object().put("mode", registry.commit(store.setMode(subject, mode)).name());
            }
            default -> throw RegistryError.noSuchMethod();
        };
    }

    private Mode modeInForce(Request request) {
        Optional<String> subject = request.subject();
        if (subject.isEmpty()) {
            return store.globalMode();
        }
        Optional<Mode> own = store.mode(subject.get());
        if (own.isEmpty() && !request.flag("defaultToGlobal")) {
            throw RegistryError.noSubjectMode(subject.get());
        }
        return own.orElse(store.globalMode());
    }
}
