package io.decant.trainer.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.decant.records.PairKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LossWeightsTest {
    @ParameterizedTest
    @CsvSource({
        "LABELLED, 0.7, 0.3",
        "SOFT_ONLY, 1, 0",
        "LABEL_ONLY, 0, 1",
        "LABEL_CORRECTION, 0, 0.3",
    })
    void eachKindWeighsItsTermsAndIsDividedByTheFullGroup(
            PairKind kind, double teacher, double label) {
        // When
        LossWeights weights = LossWeights.of(kind, 0.7, 1);
        // Then
        assertThat(32.0 * weights.teacher()).isCloseTo(teacher, within(1e-6));
        assertThat(32.0 * weights.label()).isCloseTo(label, within(1e-6));
    }

    @Test
    void aGatePairIsNeverLearned() {
        assertThatThrownBy(() -> LossWeights.of(PairKind.GATE, 0.7, 1))
                .hasMessageContaining("GATE");
    }
}
