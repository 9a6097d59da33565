package io.decant.pipeline.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class EnduranceTest {
    private static final Instant NOW = Instant.EPOCH;
    private static final Duration OUTAGE = Duration.ofMinutes(10);
    private static final Throwable AWAY = new KafkaException("", new TimeoutException("no answer"));
    private static final Throwable FENCED = new ProducerFencedException("another writer");

    private final Endurance endurance = new Endurance(2, OUTAGE);

    @Test
    void anOutageIsBorneForATimeHoweverOftenItIsMet() {
        for (int second = 0; second < OUTAGE.toSeconds(); second++) {
            assertThat(endurance.bears(AWAY, NOW.plusSeconds(second))).isTrue();
        }
        assertThat(endurance.bears(AWAY, NOW.plus(OUTAGE))).isFalse();
    }

    @Test
    void otherFailuresAreBorneANumberOfTimesHoweverFast() {
        assertThat(endurance.bears(FENCED, NOW)).isTrue();
        assertThat(endurance.bears(FENCED, NOW)).isTrue();
        assertThat(endurance.bears(FENCED, NOW)).isFalse();
    }

    @Test
    void aRefusalIsNotBorneAtAll() {
        assertThat(
                        endurance.bears(
                                new KafkaException("", new TopicAuthorizationException("no")), NOW))
                .isFalse();
        assertThat(endurance.bears(new SaslAuthenticationException("no"), NOW)).isFalse();
    }

    @Test
    void anOutageUsesNoAttemptsUp() {
        // Given
        endurance.bears(AWAY, NOW);
        endurance.bears(AWAY, NOW.plusSeconds(1));
        // When, Then: a broker that is back may refuse what was begun before
        assertThat(endurance.bears(FENCED, NOW.plusSeconds(2))).isTrue();
        assertThat(endurance.failures()).isEqualTo(3);
    }

    @Test
    void aSuccessEndsTheOutage() {
        // Given
        endurance.bears(AWAY, NOW);
        // When
        endurance.succeeded();
        // Then
        assertThat(endurance.bears(AWAY, NOW.plus(OUTAGE))).isTrue();
        assertThat(endurance.failures()).isEqualTo(1);
    }

    @Test
    void aRegistryOrANetworkThatIsAwayIsAnOutageAndABugIsNot() {
        assertThat(Outage.explains(new SerializationException("", new ConnectException("refused"))))
                .isTrue();
        assertThat(Outage.explains(FENCED)).isFalse();
        assertThat(Outage.explains(new IllegalStateException("bug"))).isFalse();
    }
}
