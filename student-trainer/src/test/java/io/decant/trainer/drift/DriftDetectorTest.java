package io.decant.trainer.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.decant.trainer.drift.DriftSettings.Detector;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Published behaviour: detection delay, false alarms, blindness for a fall. */
class DriftDetectorTest {
    private static final int BEFORE = 5_000;

    static DriftSettings settings(Detector detector) {
        return new DriftSettings(
                detector, List.of(), 1000, 2000, 2, 0.002, 32, 3, 0.005, 50, 0.9999);
    }

    /** Positions of the rises noticed in {@code count} values that are 1 with probability p. */
    private static List<Integer> rises(
            DriftDetector detector, Random random, int count, double probability) {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (detector.add(random.nextDouble() < probability ? 1 : 0) > 0) {
                found.add(i);
            }
        }
        return found;
    }

    @ParameterizedTest
    @CsvSource({"ADWIN, 64", "PAGE_HINKLEY, 160", "DDM, 320"})
    void anAbruptRiseIsNoticedSoon(Detector kind, int values) {
        for (int seed = 1; seed <= 10; seed++) {
            // Given: a student that disagrees on one sample in ten
            Random random = new Random(seed);
            DriftDetector detector = DriftDetector.of(settings(kind));
            rises(detector, random, BEFORE, 0.1);
            // When: on six in ten
            List<Integer> found = rises(detector, random, 400, 0.6);
            // Then
            assertThat(found).as("seed %d", seed).isNotEmpty();
            assertThat(found.get(0)).as("seed %d", seed).isLessThan(values);
        }
    }

    @ParameterizedTest
    @CsvSource({"ADWIN, 1", "DDM, 5", "PAGE_HINKLEY, 10"})
    void aStillStreamRaisesHardlyAnAlarm(Detector kind, int atMost) {
        // When: 30 000 values ten times
        int alarms = 0;
        for (int seed = 1; seed <= 10; seed++) {
            alarms +=
                    rises(DriftDetector.of(settings(kind)), new Random(seed), 30_000, 0.15).size();
        }
        // Then
        assertThat(alarms).isLessThanOrEqualTo(atMost);
    }

    @ParameterizedTest
    @EnumSource(value = Detector.class, mode = Mode.EXCLUDE, names = "OFF")
    void learningIsNoDrift(Detector kind) {
        for (int seed = 1; seed <= 10; seed++) {
            // Given
            Random random = new Random(seed);
            DriftDetector detector = DriftDetector.of(settings(kind));
            // When: the error falls
            List<Integer> found = new ArrayList<>();
            for (double error = 0.9; error > 0.1; error -= 0.02) {
                found.addAll(rises(detector, random, 50, error));
            }
            // Then
            assertThat(found).as("seed %d", seed).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(value = Detector.class, mode = Mode.EXCLUDE, names = "OFF")
    void aRestoredDetectorGoesOnAsIfItHadNeverStopped(Detector kind) {
        // Given
        Random random = new Random(3);
        DriftDetector straight = DriftDetector.of(settings(kind));
        rises(straight, random, 1_234, 0.2);
        DriftDetector restored = DriftDetector.of(settings(kind));
        // When
        restored.restore(straight.save());
        // Then
        for (int i = 0; i < 2_000; i++) {
            double value = random.nextDouble() < (i < 500 ? 0.2 : 0.7) ? 1 : 0;
            assertThat(restored.add(value)).isEqualTo(straight.add(value));
        }
        assertThat(restored.save()).isEqualTo(straight.save());
    }

    @Test
    void adwinsWindowGrowsWhileNothingChangesAndShrinksWhenItDoes() {
        // Given
        Random random = new Random(5);
        Adwin adwin = new Adwin(0.002, 32);
        rises(adwin, random, 10_000, 0.2);
        assertThat(adwin.width()).isGreaterThan(9_000);
        // When
        rises(adwin, random, 1_000, 0.8);
        // Then: it holds what came after, and little of what came before
        assertThat(adwin.width()).isBetween(900L, 1_100L);
    }

    @Test
    void adwinsHistogramIsLogarithmic() {
        // Given
        Adwin adwin = new Adwin(0.002, 32);
        // When
        rises(adwin, new Random(1), 100_000, 0.5);
        // Then: 3 numbers a bucket, at most 5 buckets for each power of two
        assertThat(adwin.save().length).isLessThan(4 + 3 * 5 * 17);
    }

    @Test
    void theSizeOfARiseIsTheDifferenceOfTheMeans() {
        // Given
        Random random = new Random(7);
        Adwin adwin = new Adwin(0.002, 500);
        rises(adwin, random, 4_999, 0.1);
        // When
        double size = 0;
        for (int i = 0; i < 1_000 && size == 0; i++) {
            size = adwin.add(random.nextDouble() < 0.6 ? 1 : 0);
        }
        // Then
        assertThat(size).isCloseTo(0.5, within(0.1));
    }

    @Test
    void ddmNoticesWhereThePapersInequalityFirstHolds() {
        // Given: 0 with every tenth 1
        Ddm ddm = new Ddm(3);
        int n = 0;
        int ones = 0;
        double lowest = Double.POSITIVE_INFINITY;
        double lowestMean = 0;
        double lowestDeviation = 0;
        int expected = -1;
        int found = -1;
        // When
        for (int i = 0; i < 2_000 && found < 0; i++) {
            int value = i < 1_000 ? (i % 10 == 9 ? 1 : 0) : i % 2;
            n++;
            ones += value;
            double p = (double) ones / n;
            double s = Math.sqrt(p * (1 - p) / n);
            if (n >= 30 && p + s < lowest) {
                lowest = p + s;
                lowestMean = p;
                lowestDeviation = s;
            }
            if (expected < 0
                    && n >= 30
                    && p > lowestMean
                    && p + s >= lowestMean + 3 * lowestDeviation) {
                expected = i;
            }
            if (ddm.add(value) > 0) {
                found = i;
            }
        }
        // Then
        assertThat(found).isEqualTo(expected).isGreaterThan(1_000);
    }
}
