package io.decant.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AnchorEncodingTest {
    private static final ModelSpec SPEC =
            ModelSpec.mlp(List.of(60, 20, 5), new InputSpec(DType.U8, List.of(60), 1, 0, 1));

    @ParameterizedTest
    @EnumSource(AnchorEncoding.class)
    void aReaderGetsTheRoundedWeightsAndRoundingThemAgainChangesNothing(AnchorEncoding encoding) {
        for (int seed = 0; seed < 200; seed++) {
            float[] weights = weights(seed, (float) Math.pow(10, seed % 40 - 30));
            float[] rounded = weights.clone();
            encoding.round(SPEC, rounded);

            Anchor read = Anchor.decode(Anchor.encode(SPEC, bytes(weights), encoding));
            Anchor again = Anchor.decode(Anchor.encode(SPEC, read.weights(), encoding));

            assertThat(read.encoding()).isEqualTo(encoding);
            assertThat(read.floats()).isEqualTo(rounded);
            assertThat(again.floats()).isEqualTo(rounded);
        }
    }

    @Test
    void anErrorIsAtMostHalfALevelOfItsRow() {
        float[] weights = weights(3, 0.1f);
        float[] rounded = weights.clone();
        AnchorEncoding.I8_ROW.round(SPEC, rounded);

        for (int row = 0; row < 20; row++) {
            float greatest = 0;
            for (int i = 0; i < 60; i++) {
                greatest = Math.max(greatest, Math.abs(weights[row * 60 + i]));
            }
            for (int i = 0; i < 60; i++) {
                int at = row * 60 + i;
                assertThat(Math.abs(rounded[at] - weights[at]))
                        .isLessThanOrEqualTo(greatest / 127 / 2 * 1.0001f);
            }
        }
    }

    @Test
    void aByteForEachWeightOfAMatrix() {
        int whole = Anchor.encode(SPEC, bytes(weights(1, 1)), AnchorEncoding.F32).length;
        int small = Anchor.encode(SPEC, bytes(weights(1, 1)), AnchorEncoding.I8_ROW).length;

        // 1 300 weights of matrices lose 3 bytes each; 25 rows gain a scale, the header two names.
        assertThat(whole - small).isBetween(3 * 1300 - 25 * 4 - 300, 3 * 1300);
    }

    @ParameterizedTest
    @EnumSource(AnchorEncoding.class)
    void aWeightThatIsNotANumberStaysVisible(AnchorEncoding encoding) {
        float[] weights = weights(1, 1);
        weights[7] = Float.NaN;

        float[] read = Anchor.decode(Anchor.encode(SPEC, bytes(weights), encoding)).floats();

        assertThat(read[7]).isNaN();
    }

    @Test
    void anEncodingThatIsNotKnownIsRefused() {
        byte[] file = Anchor.encode(SPEC, bytes(weights(1, 1)), AnchorEncoding.F16);
        String text = new String(file, StandardCharsets.ISO_8859_1);
        byte[] other =
                text.replace("\"decant.encoding\":\"F16\"", "\"decant.encoding\":\"F17\"")
                        .getBytes(StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> Anchor.decode(other))
                .isInstanceOf(InvalidModelException.class)
                .hasMessage("anchor: decant.encoding must be one of [F32, F16, I8_ROW], was 'F17'");
    }

    private static float[] weights(long seed, float size) {
        Random random = new Random(seed);
        float[] values = new float[SPEC.parameterCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() * size;
        }
        return values;
    }

    private static ByteBuffer bytes(float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }
}
