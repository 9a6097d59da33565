package io.decant.serde;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;

/**
 * What the serializer pair takes from a client's properties, under Confluent's own keys.
 * <i>Immutable.</i>
 *
 * @param urls addresses that hold the same registry, tried in turn ({@code schema.registry.url})
 * @param autoRegister register a schema that the subject lacks ({@code auto.register.schemas})
 * @param useLatest write with the subject's latest schema ({@code use.latest.version})
 * @param subjectName how a subject is named ({@code value.subject.name.strategy})
 * @param userInfo {@code user:password} for basic authentication ({@code basic.auth.user.info}, or
 *     in the address when {@code basic.auth.credentials.source} is {@code URL})
 * @param timeout longest wait for one answer ({@code schema.registry.request.timeout.ms}, ours)
 */
record RegistrySettings(
        List<URI> urls,
        boolean autoRegister,
        boolean useLatest,
        SubjectName subjectName,
        Optional<String> userInfo,
        Duration timeout) {

    static RegistrySettings from(Map<String, ?> properties) {
        String addresses = text(properties, "schema.registry.url", "");
        if (addresses.isBlank()) {
            throw new ConfigException(
                    "schema.registry.url is missing; expected the address of a schema registry, for example http://localhost:8081");
        }
        List<URI> urls =
                Arrays.stream(addresses.split(","))
                        .map(String::trim)
                        .map(RegistrySettings::address)
                        .toList();
        Optional<String> userInfo =
                text(properties, "basic.auth.credentials.source", "URL").equals("USER_INFO")
                        ? Optional.of(text(properties, "basic.auth.user.info", ""))
                        : Optional.ofNullable(urls.get(0).getUserInfo());
        return new RegistrySettings(
                urls,
                Boolean.parseBoolean(text(properties, "auto.register.schemas", "true")),
                Boolean.parseBoolean(text(properties, "use.latest.version", "false")),
                SubjectName.of(
                        text(properties, "value.subject.name.strategy", "TopicNameStrategy")),
                userInfo,
                Duration.ofMillis(
                        Long.parseLong(
                                text(properties, "schema.registry.request.timeout.ms", "5000"))));
    }

    private static URI address(String text) {
        try {
            URI uri = URI.create(text);
            if (uri.getHost() != null
                    && (uri.getScheme().equals("http") || uri.getScheme().equals("https"))) {
                return uri;
            }
        } catch (IllegalArgumentException notAnAddress) {
            // Reported below with the same sentence.
        }
        throw new ConfigException(
                "schema.registry.url holds '"
                        + text
                        + "'; expected an http or https address, for example http://localhost:8081");
    }

    private static String text(Map<String, ?> properties, String key, String otherwise) {
        Object value = properties.get(key);
        return value == null ? otherwise : value.toString();
    }

    @Override
    public String toString() {
        return "RegistrySettings[urls="
                + urls.stream()
                        .map(u -> u.getScheme() + "://" + u.getHost() + ":" + u.getPort())
                        .toList()
                + "]";
    }
}
