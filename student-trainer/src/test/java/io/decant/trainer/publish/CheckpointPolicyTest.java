package io.decant.trainer.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointPolicyTest {
    private final CheckpointPolicy policy =
            new CheckpointPolicy(Duration.ofSeconds(1), 1000, 50, 10);

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, 100000, false",
        "1, 1, 0, 999, false",
        "1, 1, 0, 1000, true",
        "999, 1, 0, 0, false",
        "1000, 1, 0, 0, true",
        "60, 49, 0, 0, false",
        "60, 50, 0, 0, true",
        "10, 1, 9, 0, false",
        "10, 1, 10, 0, true"
    })
    void aVersionIsDueByTimeOrBySizeButNeverWhenNothingWasTakenIn(
            long records, int lineageEntries, int deadLetters, long ageMillis, boolean due) {
        // When, Then
        assertThat(
                        policy.isDue(
                                new CheckpointPolicy.Pending(
                                        records,
                                        lineageEntries,
                                        deadLetters,
                                        Duration.ofMillis(ageMillis))))
                .isEqualTo(due);
    }

    @Test
    void aVersionThatIsFullIsSoWhateverTheClockSays() {
        // Given
        Duration longAgo = Duration.ofDays(1);
        // When, Then
        assertThat(policy.isFull(new CheckpointPolicy.Pending(999, 1, 0, longAgo))).isFalse();
        assertThat(policy.isFull(new CheckpointPolicy.Pending(1000, 1, 0, Duration.ZERO))).isTrue();
        assertThat(policy.isFull(new CheckpointPolicy.Pending(0, 50, 10, longAgo))).isFalse();
    }
}
