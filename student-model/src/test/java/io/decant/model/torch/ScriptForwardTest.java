package io.decant.model.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.decant.model.forward.Workspace;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.TorchScript.Executor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of src/test/resources/students, with weights of their own. */
class ScriptForwardTest {
    private static final InputSpec FOUR_BY_FOUR =
            new InputSpec(DType.U8, List.of(4, 4), 1 / 255.0, 0.4, 0.3);

    @TempDir Path folder;

    private static ScriptStudent student(String name) {
        return ScriptStudent.open(Path.of("src/test/resources/students", name + ".pt"));
    }

    private static float[] random(int count) {
        Random random = new Random(count);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }

    private static float[] logits(ScriptForward forward, byte[] inputs, int rows) {
        float[] out = new float[rows * 3];
        forward.logits(inputs, 0, rows, out, new Workspace());
        return out;
    }

    @Test
    void manyThreadsAreAnsweredAtATimeAsEachAlone() throws Exception {
        // Given more threads than lanes, with more rows than a call takes, each its own inputs
        ScriptStudent student = student("everything");
        ModelSpec spec = student.spec(FOUR_BY_FOUR, Executor.PLAIN, 1);
        ExecutorService threads = Executors.newFixedThreadPool(7);
        try (ScriptForward forward = ScriptForward.load(spec, student.weights(spec), student)) {
            List<byte[]> inputs = new ArrayList<>();
            List<float[]> alone = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                byte[] rows = new byte[150 * 16];
                new Random(i).nextBytes(rows);
                inputs.add(rows);
                alone.add(logits(forward, rows, 150));
            }
            // When
            List<Future<Boolean>> equal = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                byte[] rows = inputs.get(i);
                float[] expected = alone.get(i);
                equal.add(
                        threads.submit(
                                () -> {
                                    boolean same = true;
                                    for (int round = 0; round < 20; round++) {
                                        same &= Arrays.equals(logits(forward, rows, 150), expected);
                                    }
                                    return same;
                                }));
            }
            // Then
            for (Future<Boolean> one : equal) {
                assertThat(one.get()).isTrue();
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void anInputThatTheFileRefusesNamesTheFileAndTheReason() {
        // Given
        ScriptStudent student = student("everything");
        ModelSpec spec = student.spec(FOUR_BY_FOUR, Executor.PLAIN, 1);
        ModelSpec five =
                new ModelSpec(
                        spec.architecture(),
                        new InputSpec(DType.U8, List.of(5), 1, 0, 1),
                        "fp32",
                        1,
                        List.of());
        try (ScriptForward forward = ScriptForward.load(five, student.weights(spec), student)) {
            // When, then
            assertThatThrownBy(() -> logits(forward, new byte[5], 1))
                    .isInstanceOf(InvalidModelException.class)
                    .hasMessageContaining("everything.pt: forward failed on 1 inputs: ")
                    .hasMessageContaining("shape");
        }
    }

    @ParameterizedTest
    @CsvSource({"everything, 16", "tied, 4", "views, 4", "perceptron, 12"})
    void aFileWithOtherWeightsIsTheSameStudentWithThem(String name, int size) throws Exception {
        // Given
        ScriptStudent student = student(name);
        InputSpec input = new InputSpec(DType.F32, List.of(size), 1, 0, 1);
        ModelSpec spec = student.spec(input, Executor.PLAIN, 1);
        float[] weights = random(spec.parameterCount());
        // When
        byte[] bytes = student.withWeights(spec, weights, Map.of("note.txt", "hello"));
        // Then
        Path file = Files.write(folder.resolve(name + ".pt"), bytes);
        ScriptStudent copy = ScriptStudent.open(file);
        ModelSpec copied = copy.spec(input, Executor.PLAIN, 1);
        assertThat(copied.architecture().layout()).isEqualTo(spec.architecture().layout());
        assertThat(copy.weights(copied)).containsExactly(weights);
        assertThat(TorchArchive.readExtra(file, "note.txt")).hasValue("hello");
        assertThat(student.withWeights(spec, weights, Map.of("note.txt", "hello")))
                .isEqualTo(bytes);
        try (TorchForward own = TorchForward.load(file, input, false, 1);
                ScriptForward served = ScriptForward.load(spec, weights, student)) {
            float[] expected = new float[spec.classCount()];
            served.logits(new byte[input.bytes()], 0, expected);
            own.run(
                    1,
                    output -> {
                        for (int c = 0; c < expected.length; c++) {
                            assertThat(output.values().getFloat(c * Float.BYTES))
                                    .isCloseTo(expected[c], within(1e-6f));
                        }
                    });
        }
    }

    @Test
    void aFileThatKeepsTwoWeightsInOneNumberTakesNoOtherWeights() {
        // Given
        ScriptStudent student = student("expanded");
        ModelSpec spec =
                student.spec(new InputSpec(DType.F32, List.of(4), 1, 0, 1), Executor.PLAIN, 1);
        // When, then
        assertThatThrownBy(() -> student.withWeights(spec, random(spec.parameterCount()), Map.of()))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("expanded.pt")
                .hasMessageContaining("export safetensors");
    }
}
