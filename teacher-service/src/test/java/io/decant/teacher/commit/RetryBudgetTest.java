package io.decant.teacher.commit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {
    @Test
    void theWaitDoublesUntilTheBudgetIsSpent() {
        // Given
        RetryBudget budget = new RetryBudget(3, Duration.ofMillis(100));

        // Then
        assertThat(budget.failed()).contains(Duration.ofMillis(100));
        assertThat(budget.failed()).contains(Duration.ofMillis(200));
        assertThat(budget.failed()).contains(Duration.ofMillis(400));
        assertThat(budget.failed()).isEmpty();
        assertThat(budget.failures()).isEqualTo(4);
    }

    @Test
    void aSuccessFillsTheBudgetAgain() {
        // Given
        RetryBudget budget = new RetryBudget(1, Duration.ofMillis(100));
        budget.failed();

        // When
        budget.succeeded();

        // Then
        assertThat(budget.failed()).contains(Duration.ofMillis(100));
    }

    @Test
    void noWaitIsLongerThanThirtySeconds() {
        // Given
        RetryBudget budget = new RetryBudget(100, Duration.ofSeconds(20));

        // When
        for (int i = 0; i < 99; i++) {
            budget.failed();
        }

        // Then
        assertThat(budget.failed()).contains(Duration.ofSeconds(30));
    }

    @Test
    void withoutAttemptsTheFirstFailureIsTheLast() {
        assertThat(new RetryBudget(0, Duration.ofMillis(1)).failed()).isEmpty();
    }
}
