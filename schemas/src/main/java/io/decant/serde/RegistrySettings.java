package io.decant.serde;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.config.ConfigException;

/**
 * What the serializer pair takes from a client's properties, under Confluent's own keys.
 * <i>Immutable.</i>
 *
 * @param urls addresses of the same registry, at least one, tried in turn ({@code
 *     schema.registry.url})
 * @param autoRegister register a schema that the subject lacks ({@code auto.register.schemas})
 * @param useLatest write with the subject's latest schema ({@code use.latest.version})
 * @param subjectName how a subject is named ({@code value.subject.name.strategy})
 * @param userInfo {@code user:password} for basic authentication ({@code basic.auth.user.info});
 *     empty when {@code basic.auth.credentials.source} is {@code URL}, the default: each address
 *     then holds its own
 * @param token for bearer authentication ({@code bearer.auth.token}, when {@code
 *     bearer.auth.credentials.source} is {@code STATIC_TOKEN})
 * @param tls whom to trust and what to show ({@code schema.registry.ssl.*}); empty = the platform's
 *     authorities
 * @param timeout longest wait for one answer ({@code schema.registry.request.timeout.ms}, ours)
 */
record RegistrySettings(
        List<URI> urls,
        boolean autoRegister,
        boolean useLatest,
        SubjectName subjectName,
        Optional<String> userInfo,
        Optional<String> token,
        Optional<SSLContext> tls,
        Duration timeout) {
    private static final String PREFIX = "schema.registry.";

    /**
     * Reads the properties.
     *
     * @throws ConfigException if one of them is missing or wrong; never shows a password
     */
    static RegistrySettings from(Map<String, ?> properties) {
        return new RegistrySettings(
                addresses(text(properties, "schema.registry.url", "")),
                flag(properties, "auto.register.schemas", true),
                flag(properties, "use.latest.version", false),
                SubjectName.of(
                        text(properties, "value.subject.name.strategy", "TopicNameStrategy")),
                credentials(properties),
                token(properties),
                tls(properties),
                timeout(text(properties, "schema.registry.request.timeout.ms", "5000")));
    }

    /** The {@code Authorization} header for the registry at one address. */
    Optional<String> authorization(URI url) {
        return token.map(text -> "Bearer " + text)
                .or(
                        () ->
                                userInfo.or(() -> Optional.ofNullable(url.getUserInfo()))
                                        .map(user -> user.getBytes(StandardCharsets.UTF_8))
                                        .map(Base64.getEncoder()::encodeToString)
                                        .map(encoded -> "Basic " + encoded));
    }

    private static List<URI> addresses(String text) {
        if (text.isBlank()) {
            throw new ConfigException(
                    "schema.registry.url is missing; expected the address of a schema registry, for example http://localhost:8081");
        }
        return Arrays.stream(text.split(","))
                .map(String::trim)
                .map(RegistrySettings::address)
                .toList();
    }

    private static URI address(String text) {
        try {
            URI uri = URI.create(text);
            if (uri.getHost() != null
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException notAnAddress) {
            // Reported below with the same sentence.
        }
        throw new ConfigException(
                "schema.registry.url holds '"
                        + text.replaceAll("//.*@", "//***@")
                        + "'; expected an http or https address, for example http://localhost:8081");
    }

    private static Optional<String> credentials(Map<String, ?> properties) {
        String source = text(properties, "basic.auth.credentials.source", "URL");
        String userInfo = text(properties, "basic.auth.user.info", "");
        return switch (source) {
            case "URL" -> Optional.empty();
            case "USER_INFO" -> {
                if (userInfo.isEmpty()) {
                    throw new ConfigException(
                            "basic.auth.user.info is missing; expected user:password, because basic.auth.credentials.source is USER_INFO");
                }
                yield Optional.of(userInfo);
            }
            default ->
                    throw new ConfigException(
                            "basic.auth.credentials.source is '"
                                    + source
                                    + "'; expected URL or USER_INFO");
        };
    }

    private static Optional<String> token(Map<String, ?> properties) {
        String source = text(properties, "bearer.auth.credentials.source", "");
        if (source.isEmpty()) {
            return Optional.empty();
        }
        String token = text(properties, "bearer.auth.token", "");
        if (!source.equals("STATIC_TOKEN") || token.isEmpty()) {
            throw new ConfigException(
                    "bearer.auth.credentials.source is '"
                            + source
                            + "'; expected STATIC_TOKEN, with bearer.auth.token");
        }
        return Optional.of(token);
    }

    private static Optional<SSLContext> tls(Map<String, ?> properties) {
        Map<String, Object> ssl = new HashMap<>();
        properties.forEach(
                (key, value) -> {
                    if (key.startsWith(PREFIX + "ssl.")) {
                        ssl.put(key.substring(PREFIX.length()), value);
                    }
                });
        if (ssl.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(TlsContexts.of(ssl));
        } catch (ConfigException unusable) {
            throw new ConfigException(
                    "of the schema.registry.ssl.* settings: " + unusable.getMessage());
        }
    }

    private static Duration timeout(String millis) {
        try {
            long value = Long.parseLong(millis);
            if (value > 0) {
                return Duration.ofMillis(value);
            }
        } catch (NumberFormatException notANumber) {
            // Reported below with the same sentence.
        }
        throw new ConfigException(
                "schema.registry.request.timeout.ms is '"
                        + millis
                        + "'; expected a number of milliseconds, at least 1");
    }

    private static boolean flag(Map<String, ?> properties, String key, boolean otherwise) {
        String text = text(properties, key, Boolean.toString(otherwise));
        if (!text.equals("true") && !text.equals("false")) {
            throw new ConfigException(key + " is '" + text + "'; expected true or false");
        }
        return text.equals("true");
    }

    private static String text(Map<String, ?> properties, String key, String otherwise) {
        Object value = properties.get(key);
        return value == null ? otherwise : value.toString().trim();
    }

    /** Without user and password. */
    static String shown(URI url) {
        return url.getScheme()
                + "://"
                + url.getHost()
                + (url.getPort() < 0 ? "" : ":" + url.getPort())
                + (url.getPath() == null ? "" : url.getPath().replaceAll("/+$", ""));
    }

    @Override
    public String toString() {
        return "RegistrySettings" + urls.stream().map(RegistrySettings::shown).toList();
    }
}
