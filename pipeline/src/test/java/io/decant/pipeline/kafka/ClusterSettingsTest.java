package io.decant.pipeline.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.pipeline.config.Configuration;
import io.decant.topics.Topics;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class ClusterSettingsTest {
    private static final List<String> ADDRESSES =
            List.of("bootstrap-servers=a:9092", "schema-registry-url=http://b:8081");

    @Test
    void theDefaultsAroundTwoAddressesAreThoseOfTheFile() {
        assertThat(ClusterSettings.of("a:9092", "http://b:8081"))
                .isEqualTo(Configuration.of(ClusterSettings.class, ADDRESSES))
                .isEqualTo(
                        new ClusterSettings(
                                "a:9092",
                                "http://b:8081",
                                "decant.",
                                4,
                                4,
                                "io.decant.serde.AvroRecordSerializer",
                                "io.decant.serde.AvroRecordDeserializer",
                                Map.of()));
    }

    @Test
    void theTopicsAreThoseOfThePrefixAndTheCounts() {
        assertThat(new ClusterSettings("a:1", "http://b", "x.", 6, 2, "s", "d", Map.of()).topics())
                .isEqualTo(new Topics("x.", 6, 2));
    }

    @Test
    void aPrefixThatNoTopicCanHaveIsRefused() {
        assertThatThrownBy(
                        () ->
                                new ClusterSettings(
                                        "a:1", "b", "my topics", 1, 1, "s", "d", Map.of()))
                .hasMessageContaining("'my topics'");
    }

    @Test
    void aPasswordIsNeverShown() {
        ClusterSettings cluster =
                new ClusterSettings(
                        "a:1",
                        "http://user:geheim@b",
                        "x.",
                        1,
                        1,
                        "s",
                        "d",
                        Map.of("sasl.jaas.config", "geheim"));

        assertThat(cluster.toString()).contains("http://***@b").doesNotContain("geheim");
    }

    @Test
    void theFirstFailedSendIsThrownUntilItIsForgotten() {
        // Given
        Sends sends = new Sends();
        TimeoutException first = new TimeoutException("first");
        sends.onCompletion(null, null);
        sends.check();

        // When
        sends.onCompletion(null, first);
        sends.onCompletion(null, new TimeoutException("second"));

        // Then
        assertThatThrownBy(sends::check).isSameAs(first);
        sends.reset();
        sends.check();
        sends.onCompletion(null, new InterruptedException("stop"));
        assertThatThrownBy(sends::check)
                .isInstanceOf(KafkaException.class)
                .hasMessage("a record could not be sent")
                .hasRootCauseMessage("stop");
    }
}
