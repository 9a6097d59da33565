package io.decant.trainer.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.model.hint.Hint;
import io.decant.model.number.Float16;
import io.decant.pipeline.record.Decoded;
import io.decant.records.DType;
import io.decant.records.DeadLetterReason;
import io.decant.records.SoftTarget;
import io.decant.records.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HintCheckTest {
    private final HintCheck check =
            new HintCheck(
                    List.of(
                            Hint.parse("hidden:feature:1:3"),
                            Hint.parse("maps:attention:1:5x1x2")));

    @Test
    void whatIsKeptStandsInTheOrderOfTheSettingsWhateverTypeItTravelledAs() {
        // Given
        SoftTarget target =
                target(
                        Map.of(
                                "maps", whole(List.of(2, 1, 2), 1, 2, 3, 4),
                                "hidden", half(List.of(3), 0.5f, -1, 2),
                                "more", half(List.of(1), 9)));
        // When
        List<float[]> kept = ((Decoded.Good<List<float[]>>) check.check(target)).value();
        // Then
        assertThat(kept.get(0)).containsExactly(0.5f, -1, 2);
        assertThat(kept.get(1)).containsExactly(10, 20);
    }

    @Test
    void anAnswerWithoutAllOfThemHasNone() {
        SoftTarget target = target(Map.of("hidden", half(List.of(3), 0.5f, -1, 2)));
        assertThat(check.check(target)).isEqualTo(new Decoded.Good<>(List.of()));
        assertThat(new HintCheck(List.of()).check(target)).isEqualTo(new Decoded.Good<>(List.of()));
    }

    @Test
    void hintsThatCannotBeTheStudentsAreRefusedWithTheirLayer() {
        refuses(
                half(List.of(4), 1, 2, 3, 4),
                DeadLetterReason.WRONG_SHAPE,
                "the hint hidden is [4]; expected as many numbers as the student's [3]");
        refuses(
                half(List.of(3), 1, 2),
                DeadLetterReason.WRONG_SHAPE,
                "the hint hidden holds 4 bytes; expected those of F16 or F32 [3]");
        refuses(
                half(List.of(3, -1), 1, 2, 3),
                DeadLetterReason.WRONG_SHAPE,
                "the hint hidden holds 6 bytes");
        refuses(
                new Tensor(DType.I64, List.of(3), ByteBuffer.allocate(24)),
                DeadLetterReason.WRONG_SHAPE,
                "the hint hidden holds 24 bytes");
        refuses(
                whole(List.of(3), 1, Float.NaN, 3),
                DeadLetterReason.NOT_FINITE,
                "the hint hidden is not finite");
    }

    private void refuses(Tensor hidden, DeadLetterReason reason, String detail) {
        Decoded.Bad<List<float[]>> bad =
                (Decoded.Bad<List<float[]>>) check.check(target(Map.of("hidden", hidden)));
        assertThat(bad.reason()).isEqualTo(reason);
        assertThat(bad.detail()).startsWith(detail);
    }

    private static SoftTarget target(Map<String, Tensor> hints) {
        SoftTarget target = new SoftTarget();
        target.setHints(hints);
        return target;
    }

    private static Tensor half(List<Integer> shape, float... values) {
        ByteBuffer data = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            data.putShort(Float16.of(value));
        }
        return new Tensor(DType.F16, shape, data.flip());
    }

    private static Tensor whole(List<Integer> shape, float... values) {
        ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        return new Tensor(DType.F32, shape, data);
    }
}
