package io.decant.model.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.decant.model.number.Float16;
import io.decant.model.spec.DType;
import io.decant.model.spec.InitialWeights;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.model.step.StepSettings;
import io.decant.model.step.TrainingStep;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MlpForwardTest {
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "I8")
    void logitsAgreeWithLibtorchForEveryInputType(DType dtype) {
        // Given
        ModelSpec spec =
                ModelSpec.mlp(
                        List.of(30, 33, 17, 7),
                        new InputSpec(dtype, List.of(5, 6), 0.25, 0.3, 1.5));
        float[] parameters = InitialWeights.uniform(spec, 9);
        MlpForward forward = new MlpForward(spec);
        MlpForward.Weights weights = forward.weights(parameters);
        Random random = new Random(9);
        float[] expected = new float[7];
        float[] actual = new float[7];
        float[] fromFloats = new float[7];
        try (TrainingStep step = TrainingStep.create(spec, StepSettings.defaults(), 8)) {
            step.initialise(parameters);
            for (int row = 0; row < 8; row++) {
                byte[] bytes = raw(spec.input(), random, 3);
                step.input(row, bytes, 3);
                step.predict(row + 1);
                step.logits(row, expected);
                // When
                forward.logits(weights, bytes, 3, actual);
                // Then
                for (int c = 0; c < 7; c++) {
                    assertThat(actual[c])
                            .isCloseTo(
                                    expected[c],
                                    within(1e-4f * Math.max(1, Math.abs(expected[c]))));
                }
                float[] decoded = new float[30];
                new InputDecoder(spec.input()).raw(bytes, 3, decoded);
                forward.logits(parameters, decoded, 0, fromFloats);
                assertThat(fromFloats).containsExactly(actual);
            }
        }
    }

    @Test
    void halfPrecisionDecodesEveryKindOfNumber() {
        assertThat(Float16.toFloat((short) 0x3c00)).isEqualTo(1f);
        assertThat(Float16.toFloat((short) 0xc000)).isEqualTo(-2f);
        assertThat(Float16.toFloat((short) 0x7bff)).isEqualTo(65504f);
        assertThat(Float16.toFloat((short) 0x0001)).isEqualTo(0x1p-24f);
        assertThat(Float16.toFloat((short) 0x8400)).isEqualTo(-0x1p-14f);
        assertThat(Float16.toFloat((short) 0x8000)).isEqualTo(-0f);
        assertThat(Float16.toFloat((short) 0xfc00)).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(Float16.toFloat((short) 0x7e00)).isNaN();
    }

    @Test
    void parametersOfAnotherSizeAreRefused() {
        ModelSpec spec = ModelSpec.mlp(List.of(4, 2), new InputSpec(DType.U8, List.of(4), 1, 0, 1));
        assertThatThrownBy(() -> new MlpForward(spec).weights(new float[9]))
                .hasMessage("parameters must be 10 values, were 9");
    }

    /** {@code padding} bytes, then one random input. */
    private static byte[] raw(InputSpec input, Random random, int padding) {
        ByteBuffer bytes =
                ByteBuffer.allocate(padding + input.bytes())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .position(padding);
        for (int i = 0; i < input.size(); i++) {
            switch (input.dtype()) {
                case U8 -> bytes.put((byte) random.nextInt());
                case F32 -> bytes.putFloat((float) random.nextGaussian());
                case F16 ->
                        bytes.putShort(
                                (short) (random.nextInt(0x4400) | random.nextInt() & 0x8000));
                case I64 -> bytes.putLong(random.nextInt(200) - 100);
            }
        }
        return bytes.array();
    }
}
