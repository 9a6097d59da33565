package io.decant.model.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class InitialWeightsTest {
    private static final ModelSpec SPEC =
            ModelSpec.mlp(List.of(100, 50, 4), new InputSpec(DType.F32, List.of(100), 1, 0, 1));

    @Test
    void weightsAreUniformWithinTheLayersBound() {
        // When
        float[] weights = InitialWeights.uniform(SPEC, 3);
        // Then
        double sum = 0;
        double squares = 0;
        int first = 100 * 50 + 50;
        for (int i = 0; i < first; i++) {
            assertThat(Math.abs(weights[i])).isLessThanOrEqualTo(0.1f);
            sum += weights[i];
            squares += weights[i] * weights[i];
        }
        assertThat(sum / first).isCloseTo(0, within(0.004));
        assertThat(Math.sqrt(squares / first)).isCloseTo(0.1 / Math.sqrt(3), within(0.002));
        for (int i = first; i < weights.length; i++) {
            assertThat((double) Math.abs(weights[i])).isLessThanOrEqualTo(1 / Math.sqrt(50));
        }
    }

    @Test
    void theSeedAloneDecides() {
        assertThat(InitialWeights.uniform(SPEC, 3))
                .containsExactly(InitialWeights.uniform(SPEC, 3));
        assertThat(InitialWeights.uniform(SPEC, 3)).isNotEqualTo(InitialWeights.uniform(SPEC, 4));
    }
}
