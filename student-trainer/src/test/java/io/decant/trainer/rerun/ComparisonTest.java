package io.decant.trainer.rerun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static final ModelSpec SPEC =
            ModelSpec.mlp(List.of(2, 2), new InputSpec(DType.U8, List.of(2), 1.0, 0.0, 1.0));

    /** Answers 1 when {@code weight0 · x0 + weight1 · x1} is above 0. */
    private static Comparison.Model model(float weight0, float weight1) {
        ByteBuffer parameters =
                ByteBuffer.allocate(SPEC.parameterCount() * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        parameters.putFloat(2 * Float.BYTES, weight0);
        parameters.putFloat(3 * Float.BYTES, weight1);
        return new Comparison.Model(SPEC, parameters, Optional.empty());
    }

    private static Example example(int x0, int x1, int label) {
        return new Example(
                new byte[] {(byte) x0, (byte) x1},
                label < 0 ? OptionalInt.empty() : OptionalInt.of(label));
    }

    @Test
    void accuracyRecallAndAgreementAreCountedOverTheSameExamples() {
        // Given one model that looks at the first input, and one that looks at the second
        Comparison.Model fresh = model(1, 0);
        Comparison.Model live = model(0, 1);
        // When
        Comparison made =
                Comparison.of(
                        fresh,
                        Optional.of(live),
                        List.of(
                                example(1, 1, 1),
                                example(1, 0, 1),
                                example(0, 1, 0),
                                example(0, 0, 1),
                                example(1, 0, -1)));
        // Then
        assertThat(made.examples()).isEqualTo(5);
        assertThat(made.labelled()).isEqualTo(4);
        assertThat(made.fresh()).isEqualTo(OptionalDouble.of(3 / 4.0));
        assertThat(made.live()).isEqualTo(OptionalDouble.of(1 / 4.0));
        assertThat(made.agreement()).isEqualTo(OptionalDouble.of(2 / 5.0));
        assertThat(made.recall())
                .containsExactly(
                        new Comparison.Recall(0, 1, OptionalDouble.of(1), OptionalDouble.of(0)),
                        new Comparison.Recall(
                                1, 3, OptionalDouble.of(2 / 3.0), OptionalDouble.of(1 / 3.0)));
    }

    @Test
    void whatIsNotKnownIsEmptyAndNotZero() {
        // When the live model is gone and nothing is labelled
        Comparison made = Comparison.of(model(1, 0), Optional.empty(), List.of(example(1, 1, -1)));
        // Then
        assertThat(made.fresh()).isEmpty();
        assertThat(made.live()).isEmpty();
        assertThat(made.agreement()).isEmpty();
        assertThat(made.recall()).isEmpty();
    }

    @Test
    void aSampleThatDoesNotFitIsRefused() {
        Example wide = new Example(new byte[3], OptionalInt.empty());
        assertThatThrownBy(() -> Comparison.of(model(1, 0), Optional.empty(), List.of(wide)))
                .hasMessageContaining("a sample has 3 bytes")
                .hasMessageContaining("takes 2");
    }
}
