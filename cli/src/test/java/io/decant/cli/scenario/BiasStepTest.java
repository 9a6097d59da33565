package io.decant.cli.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.decant.cli.run.Answers;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BiasStepTest {
    private static final int OMITTED = 2;

    /** Answers of a model that hardly ever thinks of one class, to samples of which a fifth is. */
    private static Answers shy(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[][] logits = new float[2000][4];
        int[] truth = new int[logits.length];
        for (int i = 0; i < logits.length; i++) {
            truth[i] = i % 5 % 4;
            for (int each = 0; each < 4; each++) {
                logits[i][each] =
                        (float) (random.nextDouble(-1, 1) + (each == truth[i] ? 4 : 0))
                                - (each == OMITTED ? 5 : 0);
            }
        }
        return new Answers(logits, truth);
    }

    @Test
    void theMeanProbabilityOfTheClassBecomesItsShare() {
        // Given
        Answers unlabelled = shy(7);
        assertThat(unlabelled.meanProbability(OMITTED)).isLessThan(0.1);
        // When
        double bias = BiasStep.of(unlabelled, OMITTED);
        // Then
        Answers stepped = unlabelled.withBias(OMITTED, bias);
        assertThat(stepped.meanProbability(OMITTED)).isCloseTo(0.2, within(1e-4));
        assertThat(stepped.recall(OMITTED)).isGreaterThan(unlabelled.recall(OMITTED) + 0.5);
    }

    @Test
    void aClassThatIsThoughtOfTooOftenIsHeldBack() {
        // Given
        Answers bold = shy(8).withBias(OMITTED, 12);
        // When, Then
        assertThat(BiasStep.of(bold, OMITTED))
                .isCloseTo(BiasStep.of(shy(8), OMITTED) - 12, within(1e-3));
    }

    @Test
    void noAnswersTruthButTheShareMatters() {
        // Given: the same shares, but other samples
        Answers one = shy(9);
        float[][] logits = new float[2000][];
        int[] other = new int[2000];
        for (int i = 0; i < 2000; i++) {
            logits[i] = one.logits(i);
            other[i] = (i + 1) % 5 % 4;
        }
        // When, Then
        assertThat(BiasStep.of(new Answers(logits, other), OMITTED))
                .isEqualTo(BiasStep.of(one, OMITTED));
    }
}
