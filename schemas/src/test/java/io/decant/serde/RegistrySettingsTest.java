package io.decant.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistrySettingsTest {
    @Test
    void everyDefaultIsConfluents() {
        RegistrySettings settings =
                RegistrySettings.from(Map.of("schema.registry.url", "http://a:8081"));

        assertThat(settings)
                .isEqualTo(
                        new RegistrySettings(
                                List.of(URI.create("http://a:8081")),
                                true,
                                false,
                                SubjectName.TOPIC,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Duration.ofSeconds(5)));
    }

    @Test
    void everyKeyIsTaken() {
        RegistrySettings settings =
                RegistrySettings.from(
                        Map.of(
                                "schema.registry.url", "http://a:8081 , https://b/api/",
                                "auto.register.schemas", false,
                                "use.latest.version", "true",
                                "value.subject.name.strategy", "RecordNameStrategy",
                                "basic.auth.credentials.source", "USER_INFO",
                                "basic.auth.user.info", "user:pass",
                                "schema.registry.request.timeout.ms", 250));

        assertThat(settings)
                .isEqualTo(
                        new RegistrySettings(
                                List.of(URI.create("http://a:8081"), URI.create("https://b/api/")),
                                false,
                                true,
                                SubjectName.RECORD,
                                Optional.of("user:pass"),
                                Optional.empty(),
                                Optional.empty(),
                                Duration.ofMillis(250)));
    }

    @Test
    void anAddressGetsTheTokenOrItsUser() {
        // Given
        URI url = URI.create("http://user:pass@a:8081");
        Map<String, String> properties = Map.of("schema.registry.url", url.toString());
        Map<String, String> withToken = new HashMap<>(properties);
        withToken.put("bearer.auth.credentials.source", "STATIC_TOKEN");
        withToken.put("bearer.auth.token", "a-token");

        // When / Then
        assertThat(RegistrySettings.from(properties).authorization(url))
                .contains("Basic dXNlcjpwYXNz");
        assertThat(RegistrySettings.from(withToken).authorization(url)).contains("Bearer a-token");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "schema.registry.url | '' | schema.registry.url is missing",
                "schema.registry.url | localhost:8081 | schema.registry.url holds 'localhost:8081'; expected an http or https address",
                "schema.registry.url | //host:1 | schema.registry.url holds '//host:1'",
                "schema.registry.url | http://user:secret@ | schema.registry.url holds 'http://***@'",
                "auto.register.schemas | yes | auto.register.schemas is 'yes'; expected true or false",
                "use.latest.version | 1 | use.latest.version is '1'; expected true or false",
                "value.subject.name.strategy | my.Own | value.subject.name.strategy is 'my.Own'; expected TopicNameStrategy",
                "basic.auth.credentials.source | SASL_INHERIT | basic.auth.credentials.source is 'SASL_INHERIT'; expected URL or USER_INFO",
                "basic.auth.credentials.source | USER_INFO | basic.auth.user.info is missing",
                "bearer.auth.credentials.source | STATIC_TOKEN | expected STATIC_TOKEN, with bearer.auth.token",
                "bearer.auth.credentials.source | SASL_OAUTHBEARER_INHERIT | bearer.auth.credentials.source is 'SASL_OAUTHBEARER_INHERIT'",
                "schema.registry.ssl.truststore.location | /no/such/file | of the schema.registry.ssl.* settings",
                "schema.registry.request.timeout.ms | soon | schema.registry.request.timeout.ms is 'soon'; expected a number",
                "schema.registry.request.timeout.ms | 0 | schema.registry.request.timeout.ms is '0'; expected a number",
            })
    void aWrongValueIsNamedWithWhatWasExpected(String key, String value, String sentence) {
        Map<String, String> properties = new HashMap<>();
        properties.put("schema.registry.url", "http://a:8081");
        properties.put(key, value);

        assertThatThrownBy(() -> RegistrySettings.from(properties))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void aPasswordIsNeverShown() {
        RegistrySettings settings =
                RegistrySettings.from(
                        Map.of(
                                "schema.registry.url", "http://user:secret@a:8081",
                                "basic.auth.credentials.source", "USER_INFO",
                                "basic.auth.user.info", "user:secret"));

        assertThat(settings.toString()).isEqualTo("RegistrySettings[http://a:8081]");
    }
}
