package io.decant.model.hint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HintTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "hidden:feature:0.1",
                "conv.2:attention:5.0:32x7x7",
                "hidden:relation:25.0:56"
            })
    void aHintReadsAsItIsWritten(String text) {
        assertThat(Hint.parse(text).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hidden",
                "hidden:feature",
                "hidden:gram:1",
                "a b:feature:1",
                "x:feature:1:2x"
            })
    void whatIsNoHintIsRefusedWithTheForm(String text) {
        assertThatThrownBy(() -> Hint.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be LAYER:KIND:WEIGHT")
                .hasMessageContaining(text);
    }

    @Test
    void aWeightMustBeAboveZeroAndAttentionNeedsPositions() {
        assertThatThrownBy(() -> Hint.parse("hidden:feature:0"))
                .hasMessageContaining("the weight of hint hidden must be above 0");
        assertThatThrownBy(() -> Hint.parse("hidden:attention:1:56"))
                .hasMessageContaining("[channels, positions ...], the student's is [56]");
    }

    @Test
    void aTeachersMapIsTakenWithOrWithoutItsChannels() {
        // Given: two channels of 2 x 2 positions, and the student has three
        Hint hint = Hint.parse("maps:attention:1:3x2x2");
        float[] channels = {1, 2, 3, 4, 5, 6, 7, 8};
        // When, Then
        assertThat(hint.kept(channels, List.of(2, 2, 2))).containsExactly(26, 40, 58, 80);
        assertThat(hint.kept(new float[] {26, 40, 58, 80}, List.of(2, 2)))
                .containsExactly(26, 40, 58, 80);
        assertThatThrownBy(() -> hint.kept(channels, List.of(2, 4)))
                .hasMessageContaining("expected the student's positions [2, 2]");
    }

    @Test
    void aFeatureHasAsManyNumbersAsTheStudents() {
        Hint hint = Hint.parse("flat:feature:1:12");
        assertThat(hint.kept(new float[12], List.of(3, 4))).hasSize(12);
        assertThatThrownBy(() -> hint.kept(new float[13], List.of(13)))
                .hasMessageContaining("is [13]; expected as many numbers as the student's [12]");
    }

    /** Park 2019: scale and rotation of a layer are no part of its relations. */
    @Test
    void relationsKnowNothingOfScaleAndLeaveOutRowsThatCannotBeCompared() {
        // Given
        List<float[]> rows =
                Arrays.asList(new float[] {0, 0}, new float[] {3, 4}, null, new float[] {0, 4});
        List<float[]> scaled =
                Arrays.asList(new float[] {0, 0}, new float[] {30, 40}, null, new float[] {0, 40});
        // When
        float[][] psi = Relation.between(rows);
        // Then: distances 5, 4 and 3, of mean 4
        assertThat(psi[0]).containsExactly(-1, 1.25f, -1, 1);
        assertThat(psi[1][3]).isEqualTo(0.75f);
        assertThat(psi[2]).containsOnly(-1);
        assertThat(Relation.between(scaled)).isDeepEqualTo(psi);
        assertThat(Relation.between(List.of(new float[] {1}, new float[] {1, 2}))[0])
                .containsOnly(-1);
        assertThat(Relation.between(List.of(new float[] {1}, new float[] {1}))[0][1])
                .isCloseTo(0, within(0f));
    }
}
