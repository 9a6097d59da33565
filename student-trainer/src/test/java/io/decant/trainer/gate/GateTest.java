package io.decant.trainer.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.decant.records.GateOutcome;
import io.decant.trainer.gate.GateSettings.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GateTest {
    private static final int CLASSES = 10;
    private static final long SEED = Long.getLong("test.seed", 11);

    @Test
    void theStandardErrorIsThatOfTheMeanOfTheSamplesDifferences() {
        // Given
        List<Compared> samples = samples(500, 0.03, 0.05, new SplittableRandom(SEED));
        // When
        PairedTest test = PairedTest.of(samples);
        // Then: computed sample by sample
        double mean = 0;
        for (Compared sample : samples) {
            mean += gain(sample) / 500.0;
        }
        double variance = 0;
        for (Compared sample : samples) {
            variance += (gain(sample) - mean) * (gain(sample) - mean) / 500;
        }
        assertThat(test.difference()).isCloseTo(mean, within(1e-12));
        assertThat(test.standardError()).isCloseTo(Math.sqrt(variance / 500), within(1e-12));
    }

    @Test
    void quantilesAreThoseOfTheTables() {
        assertThat(PairedTest.quantile(0.05)).isCloseTo(1.64485, within(4.5e-4));
        assertThat(PairedTest.quantile(0.005)).isCloseTo(2.57583, within(4.5e-4));
        assertThat(PairedTest.quantile(0.0005)).isCloseTo(3.29053, within(4.5e-4));
    }

    @Test
    void aCandidateThatIsWorseByTheToleranceIsRefusedAtLeast93TimesInAHundred() {
        // Given: it loses 4.5 points and wins 3; the stated confidence is 95
        Gate gate = new Gate(overallOnly(Mode.ENFORCING));
        SplittableRandom random = new SplittableRandom(SEED);
        // When
        int refused = 0;
        for (int trial = 0; trial < 1_000; trial++) {
            GateDecision decision = gate.compare(1, samples(2_000, 0.03, 0.045, random));
            refused += decision.letsThrough() ? 0 : 1;
        }
        // Then
        assertThat(refused).isBetween(930, 970);
    }

    @Test
    void anEqualCandidateIsSeldomRefused() {
        // Given: 4 % of the answers differ; of 10 slices each has 200 samples
        Gate gate = new Gate(settings(Mode.ENFORCING));
        SplittableRandom random = new SplittableRandom(SEED);
        // When
        int refused = 0;
        for (int trial = 0; trial < 1_000; trial++) {
            GateDecision decision = gate.compare(1, samples(2_000, 0.02, 0.02, random));
            refused += decision.letsThrough() ? 0 : 1;
        }
        // Then: SE 0.45 points, so 1.5 points are 1.71 SE below the bound: 4.4 %, slices add little
        assertThat(refused).isBetween(20, 75);
    }

    @Test
    void aClassThatIsForgottenIsNamedThoughTheAccuracyIsAlmostTheSame() {
        // Given: one of ten classes loses 40 of its 200 samples, the others win as many
        List<Compared> samples = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            boolean third = i % CLASSES == 3;
            boolean lost = third && i < 400;
            boolean won = !third && i < 45;
            samples.add(compared(Integer.toString(i % CLASSES), !lost, !won));
        }
        // When
        GateDecision decision = new Gate(settings(Mode.ENFORCING)).compare(7, samples);
        // Then
        assertThat(decision.outcome()).isEqualTo(GateOutcome.REFUSED);
        assertThat(decision.letsThrough()).isFalse();
        assertThat(decision.reason())
                .isEqualTo(
                        "worse than version 7 on 2000 held-out samples: class 3 100.0 % -> 80.0 %");
    }

    @Test
    void confidentWrongAnswersAreRefusedByLikelihood() {
        // Given: the same answers, with twice the nats
        List<Compared> samples = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            samples.add(new Compared("0", new Score(true, 0.2), new Score(true, 0.1)));
        }
        // When
        GateDecision decision = new Gate(settings(Mode.ENFORCING)).compare(7, samples);
        // Then
        assertThat(decision.reason()).endsWith("samples: NLL 0.100 -> 0.200 nats, allowed 0.105");
    }

    @Test
    void weightsThatGiveNoNumbersAreRefused() {
        // Given
        List<Compared> samples = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            Score none = Score.of(new float[] {Float.NaN, 1, 2}, 2);
            samples.add(new Compared("2", none, Score.of(new float[] {0, 1, 2}, 2)));
        }
        // When, Then
        assertThat(new Gate(settings(Mode.ENFORCING)).compare(7, samples).outcome())
                .isEqualTo(GateOutcome.REFUSED);
    }

    @Test
    void advisoryLetsAWorseVersionThroughAndSaysSo() {
        // Given
        List<Compared> worse = samples(2_000, 0, 0.9, new SplittableRandom(SEED));
        // When
        GateDecision decision = new Gate(settings(Mode.ADVISORY)).compare(7, worse);
        // Then
        assertThat(decision.outcome()).isEqualTo(GateOutcome.ADVISED_AGAINST);
        assertThat(decision.letsThrough()).isTrue();
        assertThat(decision.reason()).contains("accuracy", "class").hasSizeLessThanOrEqualTo(300);
        assertThat(decision.metrics())
                .containsEntry("gate_advised_against", 1.0)
                .containsEntry("gate_refused", 0.0)
                .containsEntry("gate_samples", 2_000.0);
    }

    @Test
    void theFirstVersionAndTooFewSamplesPassUntested() {
        // Given
        Gate gate = new Gate(settings(Mode.ENFORCING));
        // When, Then
        assertThat(gate.withoutTest(0, 5_000).orElseThrow().outcome())
                .isEqualTo(GateOutcome.PASSED);
        assertThat(gate.withoutTest(0, 5_000).orElseThrow().reason()).contains("first version");
        assertThat(gate.withoutTest(3, 999).orElseThrow().outcome()).isEqualTo(GateOutcome.PASSED);
        assertThat(gate.withoutTest(3, 999).orElseThrow().reason())
                .contains("999", "too few", "gate.minimum");
        assertThat(gate.withoutTest(3, 1_000)).isEmpty();
        assertThat(new Gate(GateSettings.OFF).withoutTest(3, 2_000)).contains(GateDecision.OFF);
    }

    @Test
    void scoresAreTheSoftmaxsLikelihoodAndTheLowestOfEqualClasses() {
        // When
        Score score = Score.of(new float[] {1, 3, 3}, 1);
        // Then
        double expected = -Math.log(Math.exp(3) / (Math.exp(1) + Math.exp(3) + Math.exp(3)));
        assertThat(score.right()).isTrue();
        assertThat(score.nats()).isCloseTo(expected, within(1e-12));
        assertThat(Score.of(new float[] {1, 3, 3}, 2).right()).isFalse();
    }

    @Test
    void aMinimumAboveTheWindowIsRefused() {
        assertThatThrownBy(
                        () ->
                                new GateSettings(
                                        Mode.OFF, 0, 500, 501, 0.015, "", 0.02, 100, 1.05, 10))
                .hasMessageContaining("gate.minimum");
    }

    private static int gain(Compared sample) {
        return (sample.candidate().right() ? 1 : 0) - (sample.live().right() ? 1 : 0);
    }

    /** Samples that the candidate alone wins, or alone loses, with these chances. */
    private static List<Compared> samples(
            int count, double won, double lost, SplittableRandom random) {
        List<Compared> samples = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            double dice = random.nextDouble();
            boolean wins = dice < won;
            boolean loses = !wins && dice < won + lost;
            samples.add(compared(Integer.toString(i % CLASSES), !loses, !wins));
        }
        return samples;
    }

    private static Compared compared(String slice, boolean candidate, boolean live) {
        return new Compared(slice, new Score(candidate, 0.1), new Score(live, 0.1));
    }

    private static GateSettings settings(Mode mode) {
        return new GateSettings(mode, 0.1, 2_000, 1_000, 0.015, "", 0.02, 100, 1.05, 100);
    }

    private static GateSettings overallOnly(Mode mode) {
        return new GateSettings(mode, 0.1, 2_000, 1_000, 0.015, "", 0.02, 5_000, 1.05, 100);
    }
}
