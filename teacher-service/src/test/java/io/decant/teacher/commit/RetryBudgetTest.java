package io.decant.teacher.commit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {
    private static final Instant NOW = Instant.EPOCH;
    private static final Duration OUTAGE = Duration.ofMinutes(10);
    private static final Throwable REFUSED = new KafkaException("refused");
    private static final Throwable AWAY = new TimeoutException("no answer");

    @Test
    void theWaitDoublesUntilTheBudgetIsSpent() {
        // Given
        RetryBudget budget = new RetryBudget(3, Duration.ofMillis(100), OUTAGE);

        // Then
        assertThat(budget.failed(REFUSED, NOW)).contains(Duration.ofMillis(100));
        assertThat(budget.failed(REFUSED, NOW)).contains(Duration.ofMillis(200));
        assertThat(budget.failed(REFUSED, NOW)).contains(Duration.ofMillis(400));
        assertThat(budget.failed(REFUSED, NOW)).isEmpty();
        assertThat(budget.failures()).isEqualTo(4);
    }

    @Test
    void aSuccessFillsTheBudgetAgain() {
        // Given
        RetryBudget budget = new RetryBudget(1, Duration.ofMillis(100), OUTAGE);
        budget.failed(REFUSED, NOW);

        // When
        budget.succeeded();

        // Then
        assertThat(budget.failed(REFUSED, NOW)).contains(Duration.ofMillis(100));
    }

    @Test
    void noWaitIsLongerThanThirtySeconds() {
        // Given
        RetryBudget budget = new RetryBudget(100, Duration.ofSeconds(20), OUTAGE);

        // When
        for (int i = 0; i < 99; i++) {
            budget.failed(REFUSED, NOW);
        }

        // Then
        assertThat(budget.failed(REFUSED, NOW)).contains(Duration.ofSeconds(30));
    }

    @Test
    void withoutAttemptsTheFirstFailureIsTheLast() {
        assertThat(new RetryBudget(0, Duration.ofMillis(1), OUTAGE).failed(REFUSED, NOW)).isEmpty();
    }

    @Test
    void anOutageIsBorneForATimeHoweverManyAttemptsItCosts() {
        // Given
        RetryBudget budget = new RetryBudget(0, Duration.ofSeconds(1), OUTAGE);

        // When, Then
        for (int seconds = 0; seconds < OUTAGE.toSeconds(); seconds += 10) {
            assertThat(budget.failed(AWAY, NOW.plusSeconds(seconds))).isPresent();
        }
        assertThat(budget.failed(AWAY, NOW.plus(OUTAGE))).isEmpty();
    }
}
