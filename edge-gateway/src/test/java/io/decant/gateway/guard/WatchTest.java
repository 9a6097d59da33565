package io.decant.gateway.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.follower.Versions;
import io.decant.follower.reload.ServingModel;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.pipeline.config.Configuration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A watch of 10 s over at least 20 comparisons. */
class WatchTest {
    private final Watch watch =
            new Watch(
                    Configuration.of(
                            GuardSettings.class, List.of("watch=10s", "watch-minimum=20")));

    private static ServingModel version(long version) {
        return ServingModel.of(Versions.small().accepted(version), Instant.EPOCH);
    }

    private static Instant second(long second) {
        return Instant.ofEpochSecond(second);
    }

    private void compare(int times) {
        for (int i = 0; i < times; i++) {
            watch.compared(new Comparison(true, 1, 1, false, false));
        }
    }

    private Optional<Long> reference() {
        return watch.reference().map(ServingModel::version);
    }

    @Test
    void hasNothingToMeasureTheFirstVersionBy() {
        // When
        watch.swapped(version(1), second(0));

        // Then
        assertThat(reference()).isEmpty();
        assertThat(watch.breach(0, 1000)).isEmpty();
    }

    @Test
    void countsAVersionAsGoodAfterItsTimeAndItsComparisons() {
        // Given
        watch.swapped(version(1), second(0));
        watch.swapped(version(2), second(1));
        compare(19);

        // When its time is over, but one comparison is missing
        watch.onTick(second(11));
        assertThat(reference()).hasValue(1L);
        compare(1);
        watch.onTick(second(11));

        // Then it is good, and there is nothing left to watch
        assertThat(reference()).isEmpty();
        watch.swapped(version(3), second(12));
        assertThat(reference()).hasValue(2L);
    }

    @Test
    void watchesForTheWholeTimeHoweverManyComparisonsThereAre() {
        // Given
        watch.swapped(version(1), second(0));
        watch.swapped(version(2), second(1));

        // When
        compare(1000);
        watch.onTick(Instant.ofEpochMilli(10_999));

        // Then
        assertThat(reference()).hasValue(1L);
    }

    @Test
    void keepsTheGoodVersionBetweenOneAndTwoWatchesOldWhenVersionsComeFaster() {
        // Given a version a second
        for (int at = 0; at <= 35; at++) {
            watch.swapped(version(at + 1), second(at));
            compare(5);
            watch.onTick(second(at));

            // Then
            long now = at;
            if (at > 10) {
                assertThat(reference())
                        .hasValueSatisfying(
                                good -> assertThat(now - (good - 1)).isBetween(10L, 20L));
            }
        }
    }

    @Test
    void finds3FailedRequestsAtOnceBut1Never() {
        // Given
        watch.swapped(version(1), second(0));
        watch.swapped(version(2), second(1));

        // When, then
        assertThat(watch.breach(0, 0)).isEmpty();
        assertThat(watch.breach(99, 1)).isEmpty();
        assertThat(watch.breach(0, 1)).isPresent();
    }

    @Test
    void allowsAShareOfFailuresAndNoMore() {
        // Given
        watch.swapped(version(1), second(0));
        watch.swapped(version(2), second(1));

        // When, then
        assertThat(watch.breach(9900, 100)).isEmpty();
        assertThat(watch.breach(9899, 101))
                .hasValueSatisfying(breach -> assertThat(breach).contains("guard.max-failures"));
    }

    @Test
    void isAlarmedFromAWayBackToTheNextSwap() {
        // Given
        watch.swapped(version(1), second(0));
        watch.swapped(version(2), second(1));

        // When
        watch.wentBack(version(1));

        // Then
        assertThat(watch.alarmed()).isTrue();
        assertThat(reference()).isEmpty();
        watch.swapped(version(3), second(2));
        assertThat(watch.alarmed()).isFalse();
        assertThat(reference()).hasValue(1L);
    }

    @Test
    void forgetsWhatWasComparedWithAVersionThatIsNotTheReferenceAnyMore() {
        // Given a version with some broken answers, taken back
        watch.swapped(version(1), second(0));
        watch.swapped(version(2), second(1));
        watch.compared(new Comparison(true, 1, -1, true, false));
        assertThat(watch.breach(1, 0)).isPresent();
        watch.wentBack(version(1));

        // When
        watch.swapped(version(3), second(2));

        // Then
        assertThat(watch.breach(1, 0)).isEmpty();
    }

    @Test
    void letsTimeDoWhereVersionsCannotAnswerTheSameInputs() {
        // Given a version that takes other inputs
        Versions other = Versions.of(new InputSpec(DType.F32, List.of(3), 1, 0, 1));
        watch.swapped(version(1), second(0));
        watch.swapped(ServingModel.of(other.accepted(2), Instant.EPOCH), second(1));

        // When
        watch.onTick(second(11));

        // Then
        assertThat(reference()).isEmpty();
    }
}
