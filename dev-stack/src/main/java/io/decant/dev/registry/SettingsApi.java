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
    /** Settings of Confluent's that are not about Avro's compatibility. */
    private static final String[] NOT_KEPT = {
        "alias",
        "normalize",
        "validateFields",
        "compatibilityGroup",
        "defaultMetadata",
        "overrideMetadata",
        "defaultRuleSet",
        "overrideRuleSet"
    };

    private final Registry registry;
    private final SubjectSettings settings;
    private final Deletions deletions;

    SettingsApi(Registry registry) {
        this.registry = registry;
        this.settings = registry.store().settings();
        this.deletions = new Deletions(registry.store());
    }

    JsonNode compatibility(Request request) {
        Optional<String> subject = request.subject(1);
        return switch (request.method()) {
            case "GET" -> level(levelInForce(request, subject));
            case "PUT" -> {
                RegistryJson.refuse(request, NOT_KEPT);
                String name = request.field("compatibility").orElse("");
                Compatibility level =
                        Compatibility.parse(name)
                                .orElseThrow(() -> RegistryError.invalidCompatibility(name));
                registry.commit(settings.setLevel(subject, Optional.of(level)));
                yield object().put("compatibility", level.name());
            }
            case "DELETE" -> {
                Compatibility removed =
                        subject.isEmpty()
                                ? settings.globalLevel()
                                : settings.level(subject.get())
                                        .orElseThrow(
                                                () -> RegistryError.subjectNotFound(subject.get()));
                registry.commit(settings.setLevel(subject, Optional.empty()));
                yield level(removed);
            }
            default -> throw RegistryError.noSuchMethod();
        };
    }

    private static JsonNode level(Compatibility level) {
        return object().put("compatibilityLevel", level.name());
    }

    private Compatibility levelInForce(Request request, Optional<String> subject) {
        if (subject.isEmpty()) {
            return settings.globalLevel();
        }
        if (request.flag("defaultToGlobal")) {
            return settings.levelInForce(subject.get());
        }
        return settings.level(subject.get())
                .orElseThrow(() -> RegistryError.noSubjectCompatibility(subject.get()));
    }

    JsonNode mode(Request request) {
        Optional<String> subject = request.subject(1);
        return switch (request.method()) {
            case "GET" -> mode(modeInForce(request, subject));
            case "PUT" -> {
                String name = request.field("mode").orElse("");
                Mode mode = Mode.parse(name).orElseThrow(() -> RegistryError.invalidMode(name));
                registry.commit(
                        deletions.setMode(subject, Optional.of(mode), request.flag("force")));
                yield mode(mode);
            }
            case "DELETE" -> {
                Mode removed =
                        subject.isEmpty()
                                ? settings.globalMode()
                                : settings.mode(subject.get())
                                        .orElseThrow(
                                                () -> RegistryError.subjectNotFound(subject.get()));
                registry.commit(settings.setMode(subject, Optional.empty()));
                yield mode(removed);
            }
            default -> throw RegistryError.noSuchMethod();
        };
    }

    private static JsonNode mode(Mode mode) {
        return object().put("mode", mode.name());
    }

    private Mode modeInForce(Request request, Optional<String> subject) {
        if (subject.isEmpty()) {
            return settings.globalMode();
        }
        Optional<Mode> own = settings.mode(subject.get());
        if (own.isEmpty() && !request.flag("defaultToGlobal")) {
            throw RegistryError.noSubjectMode(subject.get());
        }
        return own.orElse(settings.globalMode());
    }
}
