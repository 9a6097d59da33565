package io.decant.trainer.join;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SweepPlanTest {
    private final SweepPlan plan = new SweepPlan(Duration.ofMillis(1000));

    @Test
    void nothingIsDueBeforeTheFirstEventTellsTheTime() {
        assertThat(plan.due(Long.MIN_VALUE)).isFalse();
        assertThat(plan.due(5000)).isTrue();
    }

    @Test
    void aPassGoesOnWhereItsLastTurnEnded() {
        // Given
        byte[] key = {4};

        // When
        assertThat(plan.turn(5000)).isNull();
        plan.goOnAt(key);

        // Then
        assertThat(plan.due(5000)).isTrue();
        assertThat(plan.turn(5001)).isSameAs(key);
    }

    @Test
    void theNextPassBeginsWhenTheOldestStateThatWasLeftIsOver() {
        // Given
        plan.turn(5000);
        plan.stays(4700);
        plan.stays(4900);

        // When
        plan.passEnded();

        // Then
        assertThat(plan.due(5699)).isFalse();
        assertThat(plan.due(5700)).isTrue();
    }

    @Test
    void passesAreATenthOfTheWindowApartAtLeast() {
        // Given
        plan.turn(5000);
        plan.stays(4001);

        // When
        plan.passEnded();

        // Then
        assertThat(plan.due(5099)).isFalse();
        assertThat(plan.due(5100)).isTrue();
    }
}
