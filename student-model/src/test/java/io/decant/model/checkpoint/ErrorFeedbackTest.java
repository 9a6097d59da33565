package io.decant.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.model.number.Float16;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorFeedbackTest {
    private static final ModelSpec SPEC =
            ModelSpec.mlp(List.of(60, 20, 5), new InputSpec(DType.U8, List.of(60), 1, 0, 1));
    private static final int PARAMETERS = SPEC.parameterCount();

    @ParameterizedTest
    @EnumSource(AnchorEncoding.class)
    void aVersionIsItsParentAndTheGreatestDifferencesAsTheNaiveWayGivesThem(
            AnchorEncoding encoding) {
        // Given
        ErrorFeedback feedback = new ErrorFeedback(0.05, 4, encoding);
        Random random = new Random(1);
        float[] average = gaussian(random);
        float[] published = gaussian(random);
        float[] naive = published.clone();
        for (int version = 1; version <= 12; version++) {
            for (int i = 0; i < PARAMETERS; i++) {
                average[i] += 0.02f * (float) random.nextGaussian();
            }
            // When
            ErrorFeedback.Forms forms =
                    feedback.advance(SPEC, version, version == 12, average, published);
            // Then
            if (version == 1 || version == 12) {
                naive = average.clone();
                encoding.round(SPEC, naive);
                assertThat(forms.delta()).isEmpty();
                assertThat(forms.anchor()).contains(encoding);
            } else {
                addGreatest(naive, average);
                assertThat(forms.delta().orElseThrow().entries()).isEqualTo(67);
                assertThat(forms.anchor().isPresent()).isEqualTo(version % 4 == 0);
                if (version % 4 == 0) {
                    encoding.round(SPEC, naive);
                }
            }
            assertThat(published).isEqualTo(naive);
        }
    }

    /** 5 % of 1,325, rounded up, are 67. */
    private static void addGreatest(float[] published, float[] average) {
        float[] base = published.clone();
        IntStream.range(0, PARAMETERS)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -Math.abs(average[i] - base[i])))
                .limit(67)
                .forEach(i -> published[i] += Float16.toFloat(Float16.of(average[i] - base[i])));
    }

    @Test
    void whatAVersionLeavesOutComesLater() {
        // Given averaged weights that stand still after the first version
        Random random = new Random(2);
        float[] published = new float[PARAMETERS];
        ErrorFeedback.DEFAULT.advance(SPEC, 1, false, gaussian(random), published);
        float[] average = gaussian(random);
        // When
        for (int version = 2; version <= 60; version++) {
            ErrorFeedback.DEFAULT.advance(SPEC, version, false, average, published);
        }
        // Then each weight was sent about three times, and binary16 has 11 bits
        for (int i = 0; i < PARAMETERS; i++) {
            assertThat(Math.abs(published[i] - average[i])).isLessThan(1e-5f);
        }
    }

    @Test
    void deltasThatMightNotBeSmallerThanAnchorsAreNotMade() {
        // Given: half of the weights with 1 to 3 bytes each, against 1 or 4 bytes for all
        float[] average = gaussian(new Random(3));
        float[] published = new float[PARAMETERS];
        ErrorFeedback bytes = new ErrorFeedback(0.5, 10, AnchorEncoding.I8_ROW);
        ErrorFeedback exact = new ErrorFeedback(0.5, 10, AnchorEncoding.F32);
        // When, Then
        assertThat(bytes.advance(SPEC, 2, false, average, published).delta()).isEmpty();
        float[] rounded = average.clone();
        AnchorEncoding.I8_ROW.round(SPEC, rounded);
        assertThat(published).isEqualTo(rounded);
        assertThat(exact.advance(SPEC, 3, false, average, published).delta()).isPresent();
        ModelSpec tiny = ModelSpec.mlp(List.of(2, 2), new InputSpec(DType.U8, List.of(2), 1, 0, 1));
        float[] few = {1, 2, 3, 4, 5, 6};
        float[] none = new float[6];
        assertThat(exact.advance(tiny, 3, false, few, none).anchor()).isPresent();
        assertThat(none).isEqualTo(few);
    }

    @Test
    void theSameCallsGiveTheSameBits() {
        assertThat(twentyVersions()).isEqualTo(twentyVersions());
    }

    private static float[] twentyVersions() {
        Random random = new Random(4);
        float[] published = new float[PARAMETERS];
        for (int version = 1; version <= 20; version++) {
            ErrorFeedback.DEFAULT.advance(SPEC, version, false, gaussian(random), published);
        }
        return Arrays.copyOf(published, PARAMETERS);
    }

    @Test
    void aShareOutsideItsRangeIsRefusedByName() {
        assertThatThrownBy(() -> new ErrorFeedback(0, 10, AnchorEncoding.F32))
                .hasMessageContaining("checkpoint.delta-share");
        assertThatThrownBy(() -> new ErrorFeedback(0.1, 0, AnchorEncoding.F32))
                .hasMessageContaining("checkpoint.anchor-every");
    }

    private static float[] gaussian(Random random) {
        float[] values = new float[PARAMETERS];
        for (int i = 0; i < PARAMETERS; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
