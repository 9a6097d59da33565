package io.decant.gateway.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.gateway.guard.Comparison.Answer;
import io.decant.pipeline.config.Configuration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static final GuardSettings SETTINGS = Configuration.of(GuardSettings.class, List.of());

    private static Answer answer(float... logits) {
        return new Answer(logits, 1000);
    }

    @Test
    void isSureFromTheProbabilityThatIsSet() {
        // Given softmax(0, ln 8.9) = 0.899 and softmax(0, ln 9.1) = 0.901 for the second class
        Answer below = answer(0, (float) Math.log(8.9));
        Answer above = answer(0, (float) Math.log(9.1));
        Answer other = answer(1, 0);

        // When, then
        assertThat(Comparison.of(below, Optional.of(other), SETTINGS))
                .hasValue(new Comparison(false, 1, 0, false, false));
        assertThat(Comparison.of(above, Optional.of(other), SETTINGS))
                .hasValue(new Comparison(true, 1, 0, false, false));
    }

    @Test
    void isBrokenWhenOnlyTheCandidateHasNoFiniteAnswer() {
        // Given
        Answer good = answer(0, 1);
        Answer bad = answer(Float.NEGATIVE_INFINITY, 1);

        // When, then
        assertThat(Comparison.of(good, Optional.of(bad), SETTINGS).orElseThrow().broken()).isTrue();
        assertThat(Comparison.of(good, Optional.empty(), SETTINGS).orElseThrow().broken()).isTrue();
        assertThat(Comparison.of(bad, Optional.of(bad), SETTINGS)).isEmpty();
        assertThat(Comparison.of(bad, Optional.of(good), SETTINGS)).isEmpty();
    }

    @Test
    void isSlowBeyondThreeTimesTheReferencesTime() {
        // When, then
        assertThat(
                        Comparison.of(
                                answer(0, 1),
                                Optional.of(new Answer(new float[2], 3000)),
                                SETTINGS))
                .hasValueSatisfying(comparison -> assertThat(comparison.slow()).isFalse());
        assertThat(
                        Comparison.of(
                                answer(0, 1),
                                Optional.of(new Answer(new float[2], 3001)),
                                SETTINGS))
                .hasValueSatisfying(comparison -> assertThat(comparison.slow()).isTrue());
    }
}
