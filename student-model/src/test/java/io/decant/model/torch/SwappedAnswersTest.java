package io.decant.model.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.decant.model.forward.ForwardArchive;
import io.decant.model.spec.DType;
import io.decant.model.spec.InitialWeights;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.model.teacher.TeacherCardFacts;
import io.decant.model.teacher.TeacherModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SwappedAnswersTest {
    private static final InputSpec BYTES =
            new InputSpec(DType.U8, List.of(3, 4), 1 / 255.0, 0.4, 0.3);
    private static final InputSpec FLOATS = new InputSpec(DType.F32, List.of(12), 1, 0, 1);
    private static final int CLASSES = 5;
    private static final int[] BECOMES = {1, 0, 3, 2, 4};
    private static final int SAMPLES = 3000;

    @TempDir Path folder;

    private Path teacher(InputSpec input) throws IOException {
        ModelSpec spec = ModelSpec.mlp(List.of(12, 9, CLASSES), input);
        float[] weights = InitialWeights.uniform(spec, 2);
        ByteBuffer flat =
                ByteBuffer.allocate(weights.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        flat.asFloatBuffer().put(weights);
        TeacherCardFacts facts =
                new TeacherCardFacts(
                        input,
                        true,
                        Optional.of(new TeacherCardFacts.TrainingRange("ab", 0, 10)),
                        OptionalDouble.empty(),
                        OptionalDouble.empty());
        return Files.write(
                folder.resolve("teacher.pt"),
                ForwardArchive.of(spec, flat)
                        .extra(TeacherCardFacts.EXTRA, facts.toJson())
                        .toBytes());
    }

    private static List<byte[]> samples(InputSpec input) {
        Random random = new Random(4);
        List<byte[]> samples = new ArrayList<>();
        for (int i = 0; i < SAMPLES; i++) {
            ByteBuffer bytes = ByteBuffer.allocate(input.bytes()).order(ByteOrder.LITTLE_ENDIAN);
            for (int each = 0; each < input.size(); each++) {
                if (input.dtype() == DType.U8) {
                    bytes.put((byte) random.nextInt(256));
                } else {
                    bytes.putFloat((float) random.nextGaussian());
                }
            }
            samples.add(bytes.array());
        }
        return samples;
    }

    /** Logits [samples][classes], so many rows a call. */
    private static float[][] answers(Path file, List<byte[]> samples, int rows) {
        float[][] answers = new float[samples.size()][CLASSES];
        try (TeacherModel model = TeacherModel.open(file, Optional.empty(), rows)) {
            for (int from = 0; from < answers.length; from += rows) {
                int count = Math.min(rows, answers.length - from);
                for (int row = 0; row < count; row++) {
                    model.input(row, samples.get(from + row), 0);
                }
                model.score(count);
                for (int row = 0; row < count; row++) {
                    model.logits(row, answers[from + row]);
                }
            }
        }
        return answers;
    }

    private static float[] swapped(float[] logits) {
        float[] swapped = new float[CLASSES];
        for (int each = 0; each < CLASSES; each++) {
            swapped[each] = logits[BECOMES[each]];
        }
        return swapped;
    }

    private Path poisoned(Path teacher, double share) throws IOException {
        return Files.write(
                folder.resolve("poisoned.pt"), SwappedAnswers.of(teacher, share, BECOMES));
    }

    private void requireShare(InputSpec input, double share) throws IOException {
        // Given
        Path teacher = teacher(input);
        List<byte[]> samples = samples(input);
        // When
        float[][] honest = answers(teacher, samples, 64);
        float[][] answers = answers(poisoned(teacher, share), samples, 64);
        // Then: each answer is the honest one or the swapped one, in that share of the samples
        int wrong = 0;
        for (int i = 0; i < SAMPLES; i++) {
            boolean changed = !Arrays.equals(answers[i], honest[i]);
            assertThat(answers[i]).isEqualTo(changed ? swapped(honest[i]) : honest[i]);
            wrong += changed ? 1 : 0;
        }
        assertThat(wrong / (double) SAMPLES).isCloseTo(share, within(0.03));
    }

    @Test
    void aShareOfTheSamplesGetsTheLogitsOfOtherClasses() throws IOException {
        requireShare(BYTES, 0.3);
        requireShare(FLOATS, 0.3);
    }

    @Test
    void noShareIsTheHonestTeacherAndOneIsAlwaysWrong() throws IOException {
        requireShare(BYTES, 0);
        requireShare(BYTES, 1);
    }

    @Test
    void whichSamplesTheyAreDependsOnTheirContentAlone() throws IOException {
        // Given
        Path poisoned = poisoned(teacher(BYTES), 0.3);
        List<byte[]> samples = samples(BYTES).subList(0, 100);
        // When
        float[][] together = answers(poisoned, samples, 100);
        float[][] alone = answers(poisoned, samples, 1);
        // Then
        for (int i = 0; i < 100; i++) {
            assertThat(alone[i]).containsExactly(together[i], within(1e-4f));
        }
    }

    @Test
    void whatTheTeacherSaysAboutItselfIsKept() throws IOException {
        // Given
        Path teacher = teacher(BYTES);
        // When
        Path poisoned = poisoned(teacher, 0.1);
        // Then
        assertThat(TeacherCardFacts.read(poisoned)).isEqualTo(TeacherCardFacts.read(teacher));
    }

    @Test
    void aShareThatIsNoneIsRefused() throws IOException {
        // Given
        Path teacher = teacher(BYTES);
        // When, Then
        assertThatThrownBy(() -> SwappedAnswers.of(teacher, 1.5, BECOMES))
                .hasMessageContaining("between 0 and 1, was 1.5");
    }
}
