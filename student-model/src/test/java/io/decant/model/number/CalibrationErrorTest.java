package io.decant.model.number;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CalibrationErrorTest {
    @Test
    void itIsTheWeightedDistanceOfAccuracyAndConfidence() {
        // Given: by hand, bins (13/15, 14/15] and (7/15, 8/15]
        CalibrationError error = new CalibrationError();
        error.add(0.9, true);
        error.add(0.9, false);
        error.add(0.5, true);
        // When, Then: (2 |0.5 - 0.9| + 1 |1 - 0.5|) / 3
        assertThat(error.value().orElseThrow()).isCloseTo((2 * 0.4 + 0.5) / 3, within(1e-12));
    }

    @Test
    void whoIsRightAsOftenAsHeSaysHasNone() {
        // Given
        CalibrationError error = new CalibrationError();
        Random random = new Random(1);
        for (int i = 0; i < 200_000; i++) {
            double confidence = random.nextDouble();
            error.add(confidence, random.nextDouble() < confidence);
        }
        // When, Then
        assertThat(error.value().orElseThrow()).isLessThan(0.005);
    }

    @Test
    void bothEndsOfTheIntervalHaveABin() {
        // Given
        CalibrationError error = new CalibrationError();
        error.add(0, false);
        error.add(1, true);
        // When, Then
        assertThat(error.value().orElseThrow()).isZero();
    }

    @Test
    void nothingSaysNothing() {
        assertThat(new CalibrationError().value()).isEmpty();
    }
}
