package io.decant.model.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.decant.model.digest.Sha256;
import io.decant.model.forward.ForwardArchive;
import io.decant.model.forward.MlpForward;
import io.decant.model.spec.DType;
import io.decant.model.spec.InitialWeights;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import io.decant.model.torch.TorchArchive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TeacherModelTest {
    private static final InputSpec RAW =
            new InputSpec(DType.U8, List.of(3, 4), 1 / 255.0, 0.4, 0.3);
    private static final ModelSpec SPEC = ModelSpec.mlp(List.of(12, 9, 5), RAW);
    private static final TeacherCardFacts FACTS =
            new TeacherCardFacts(
                    RAW,
                    true,
                    Optional.of(new TeacherCardFacts.TrainingRange("ab", 0, 10)),
                    OptionalDouble.of(0.9),
                    OptionalDouble.empty());

    @TempDir Path folder;

    @Test
    void logitsAreThoseOfTheModelWhateverTheBatch() throws IOException {
        // Given
        float[] weights = InitialWeights.uniform(SPEC, 2);
        Path file =
                write(
                        ForwardArchive.of(SPEC, bytes(weights))
                                .extra(TeacherCardFacts.EXTRA, FACTS.toJson()));
        MlpForward reference = new MlpForward(SPEC);
        Random random = new Random(2);
        float[] actual = new float[5];
        float[] expected = new float[5];
        try (TeacherModel teacher = TeacherModel.open(file, Optional.empty(), 8)) {
            for (int rows : new int[] {8, 1, 3}) {
                byte[] samples = new byte[rows * RAW.bytes()];
                random.nextBytes(samples);
                for (int row = 0; row < rows; row++) {
                    teacher.input(row, samples, row * RAW.bytes());
                }
                // When
                teacher.score(rows);
                // Then
                for (int row = 0; row < rows; row++) {
                    teacher.logits(row, actual);
                    reference.logits(weights, samples, row * RAW.bytes(), expected);
                    for (int c = 0; c < 5; c++) {
                        assertThat(actual[c]).isCloseTo(expected[c], within(1e-4f));
                    }
                }
            }
            assertThat(teacher.classCount()).isEqualTo(5);
            assertThat(teacher.facts()).hasValue(FACTS);
            assertThat(teacher.digest()).isEqualTo(Sha256.of(Files.readAllBytes(file)));
            assertThat(teacher.version()).isEqualTo(Sha256.prefix(teacher.digest())).hasSize(8);
            assertThat(teacher.id()).hasSize(16);
        }
    }

    @Test
    void layersComeWithTheAnswersAndAreThoseOfTheSameRows() {
        // Given: a layer of which the logits are a function
        Path file = Path.of("src/test/resources/students/layered.pt");
        InputSpec input = new InputSpec(DType.F32, List.of(16), 1, 0, 1);
        float[] one = new float[12];
        float[] other = new float[12];
        float[] logits = new float[3];
        float[] plain = new float[3];
        try (TeacherModel teacher =
                        TeacherModel.open(file, Optional.of(input), 4, List.of("maps", "flat"));
                TeacherModel silent = TeacherModel.open(file, Optional.of(input), 4)) {
            byte[] samples = new byte[4 * input.bytes()];
            new Random(2).nextBytes(samples);
            for (int i = 3; i < samples.length; i += 4) {
                samples[i] = 0x3f; // Floats between 0.5 and 2.
            }
            for (int row = 0; row < 4; row++) {
                teacher.input(row, samples, row * input.bytes());
                silent.input(row, samples, row * input.bytes());
            }
            // When
            teacher.score(4);
            silent.score(4);
            // Then
            assertThat(teacher.layers())
                    .containsExactly(
                            new TeacherModel.Layer("maps", List.of(3, 2, 2)),
                            new TeacherModel.Layer("flat", List.of(12)));
            for (int row = 0; row < 4; row++) {
                teacher.layer(row, 0, one);
                teacher.layer(row, 1, other);
                assertThat(one).containsExactly(other);
                teacher.logits(row, logits);
                silent.logits(row, plain);
                assertThat(logits).containsExactly(plain);
            }
            teacher.layer(0, 1, one);
            assertThat(one).isNotEqualTo(other);
            assertThat(silent.layers()).isEmpty();
        }
    }

    @Test
    void inputsOfTheConfigurationReachTheModuleStandardised() throws IOException {
        // Given
        Path file = write(module("return torch.reshape(x, [-1, 12])"));
        float[] logits = new float[12];
        try (TeacherModel teacher = TeacherModel.open(file, Optional.of(RAW), 2)) {
            teacher.input(0, new byte[] {-1, 0, 51, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0);
            // When
            teacher.score(1);
            // Then
            teacher.logits(0, logits);
            assertThat(logits[0]).isCloseTo((1 - 0.4f) / 0.3f, within(1e-5f));
            assertThat(logits[1]).isCloseTo(-0.4f / 0.3f, within(1e-5f));
            assertThat(logits[2]).isCloseTo((0.2f - 0.4f) / 0.3f, within(1e-5f));
        }
    }

    @Test
    void anInputThatNobodyDeclaresIsNeverGuessed() throws IOException {
        Path file = write(module("return torch.reshape(x, [-1, 12])"));
        assertThatThrownBy(() -> TeacherModel.open(file, Optional.empty(), 2))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("set teacher.input to dtype, shape, scale, mean and sd");
    }

    @Test
    void aConfigurationThatContradictsTheFileIsRefused() throws IOException {
        Path file =
                write(
                        module("return torch.reshape(x, [-1, 12])")
                                .extra(TeacherCardFacts.EXTRA, FACTS.toJson()));
        InputSpec other = new InputSpec(DType.U8, List.of(12), 1, 0, 1);
        assertThatThrownBy(() -> TeacherModel.open(file, Optional.of(other), 2))
                .hasMessageContaining("but teacher.input says");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "return torch.reshape(x, [-1]) | must return logits of shape [1, classes]",
                "return torch.reshape(x, [-1, 1]) | must return logits of shape [1, classes]",
                "return torch.reshape(x, [1, -1]) | must return logits of shape [2, classes]",
                "return torch.div(torch.reshape(x, [-1, 12]), 0) | must return finite logits",
                "return torch.reshape(x, [-1, 7]) | forward failed on 1 inputs: ",
                "return torch.mm(x, x) | forward failed on 1 inputs: ",
            })
    void aModuleOfTheWrongShapeIsRefused(String body, String reason) throws IOException {
        Path file = write(module(body));
        assertThatThrownBy(() -> TeacherModel.open(file, Optional.of(RAW), 2))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining(reason)
                .hasMessageContaining(file.toString());
    }

    @Test
    void aFileThatIsNoTorchScriptIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("teacher.pt"), "weights");
        assertThatThrownBy(() -> TeacherModel.open(file, Optional.of(RAW), 2))
                .hasMessageContaining("is not a TorchScript archive");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{}",
                "{\"inputs\":{}}",
                "{\"input\":{\"dtype\":\"u8\"}}",
                "{\"input\":INPUT,\"accuracy\":2}",
                "{\"input\":INPUT,\"trainedOn\":{\"from\":1}}",
                "{\"input\":INPUT,\"trainedOn\":{\"datasetDigest\":\"ab\",\"from\":1,\"to\":1}}",
            })
    void malformedFactsAreRefusedWithTheirPlace(String json) throws IOException {
        String input = FACTS.toJson().replaceAll("^\\{\"input\":(\\{[^}]*}).*", "$1");
        Path file =
                write(
                        module("return x")
                                .extra(TeacherCardFacts.EXTRA, json.replace("INPUT", input)));
        assertThatThrownBy(() -> TeacherModel.open(file, Optional.empty(), 2))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageStartingWith(file + ": extra/decant.json: ");
    }

    private static TorchArchive module(String body) {
        String code =
                """
                class User(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool
                  def forward(self: __torch__.User, x: Tensor) -> Tensor:
                    BODY
                """
                        .replace("BODY", body);
        return new TorchArchive("User", code);
    }

    private Path write(TorchArchive archive) throws IOException {
        return Files.write(folder.resolve("teacher.pt"), archive.toBytes());
    }

    private static ByteBuffer bytes(float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }
}
