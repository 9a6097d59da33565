package io.decant.model.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.decant.dataset.IdxDataset;
import io.decant.dataset.IdxSplit;
import io.decant.model.number.Float16;
import io.decant.model.spec.DType;
import io.decant.model.spec.InitialWeights;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.model.step.StepSettings;
import io.decant.model.step.TrainingStep;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    @ParameterizedTest
    @CsvSource({
        "U8, 0.3, '784,128,10'",
        "U8, 0.3, '36,600,600,33,7'",
        "F32, 0.3, '36,600,600,7'",
        "U8, 500, '36,40,7'",
        "U8, 0.3, '36,7'"
    })
    void anAnswerHasTheSameBitsAloneAndInCompany(DType dtype, double mean, String dims) {
        // Given rows of which two have many zeros, and weights too many for a cache
        List<Integer> widths = Arrays.stream(dims.split(",")).map(Integer::valueOf).toList();
        ModelSpec spec =
                ModelSpec.mlp(
                        widths, new InputSpec(dtype, List.of(widths.get(0)), 1 / 255.0, mean, 0.5));
        MlpForward forward = new MlpForward(spec);
        MlpForward.Weights weights = forward.weights(InitialWeights.uniform(spec, 3));
        int rows = 37;
        int size = spec.input().bytes();
        int classes = spec.classCount();
        Random random = new Random(3);
        ByteBuffer inputs = ByteBuffer.allocate(5 + rows * size).position(5);
        for (int row = 0; row < rows; row++) {
            inputs.put(raw(spec.input(), random, 0));
        }
        Arrays.fill(inputs.array(), 5 + 4 * size, 5 + 6 * size - 7, (byte) 0);
        float[] together = new float[rows * classes];
        Workspace room = new Workspace();
        forward.logits(weights, inputs.array(), 5, 3, together, room);
        // When
        forward.logits(weights, inputs.array(), 5, rows, together, room);
        // Then
        float[] alone = new float[classes];
        for (int row = 0; row < rows; row++) {
            forward.logits(weights, inputs.array(), 5 + row * size, alone);
            assertThat(Arrays.copyOfRange(together, row * classes, (row + 1) * classes))
                    .containsExactly(alone);
        }
    }

    @Test
    void answersOfATrainedStudentToRealImagesAgreeWithLibtorch() {
        // Given a student that has learned from real images
        IdxDataset mnist = IdxDataset.open(Path.of("..", "datasets", "mnist"));
        IdxSplit training = mnist.training();
        int rows = 64;
        ModelSpec spec = ModelSpec.mlp(List.of(784, 128, 10), training.standardisedBy(0, 2_000));
        float[] expected = new float[10];
        float[] actual = new float[10];
        double worst = 0;
        try (TrainingStep step = TrainingStep.create(spec, StepSettings.defaults(), rows)) {
            step.initialise(InitialWeights.uniform(spec, 1));
            for (int from = 0; from < 20_000; from += rows) {
                for (int row = 0; row < rows; row++) {
                    step.input(row, training.sample(from + row), 0);
                    step.teacherLogits(row, new float[10]);
                    step.label(row, training.label(from + row));
                    step.coefficients(row, 0, 1f / rows);
                }
                step.step(rows);
            }
            MlpForward forward = new MlpForward(spec);
            MlpForward.Weights weights = forward.weights(floats(step.weights()));
            IdxSplit test = mnist.test();
            for (int from = 0; from + rows <= 4_000; from += rows) {
                for (int row = 0; row < rows; row++) {
                    step.input(row, test.sample(from + row), 0);
                }
                step.predict(rows);
                for (int row = 0; row < rows; row++) {
                    step.logits(row, expected);
                    // When
                    forward.logits(weights, test.sample(from + row), 0, actual);
                    for (int c = 0; c < 10; c++) {
                        worst = Math.max(worst, Math.abs(actual[c] - expected[c]));
                    }
                }
            }
        }
        // Then
        assertThat(worst).isPositive().isLessThan(1e-5);
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

    private static float[] floats(ByteBuffer buffer) {
        float[] floats = new float[buffer.remaining() / Float.BYTES];
        buffer.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
        return floats;
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
