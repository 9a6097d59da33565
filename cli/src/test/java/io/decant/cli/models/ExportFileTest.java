package io.decant.cli.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.decant.cli.models.VersionCheck.Finding;
import io.decant.model.checkpoint.Anchor;
import io.decant.model.checkpoint.SafeTensors;
import io.decant.model.forward.InstalledStudents;
import io.decant.model.forward.MlpForward;
import io.decant.model.teacher.TeacherModel;
import io.decant.serde.WriterSchemas;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportFileTest {
    @TempDir Path folder;

    private final Registers registers = new Registers(11).publish(5);

    private Finding.Sound version() {
        return (Finding.Sound)
                new VersionCheck(
                                registers.register(),
                                registers::chunks,
                                new SignatureCheck(Optional.empty(), WriterSchemas.of(Map.of())),
                                1e-3,
                                InstalledStudents.none())
                        .check(5);
    }

    @Test
    void aSafetensorsFileHoldsTheVersionsWeightsByName() {
        // When
        byte[] file = ExportFile.safeTensors(version());
        // Then
        SafeTensors tensors = SafeTensors.read(file);
        assertThat(tensors.tensors())
                .extracting(SafeTensors.Tensor::name)
                .containsExactly("fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias");
        assertThat(tensors.metadata())
                .containsEntry("decant.model", "digits")
                .containsEntry("decant.version", "5")
                .containsKeys("decant.spec", "decant.weights-sha256");
        assertThat(Anchor.decode(file).weightsDigest())
                .isEqualTo(version().manifest().getWeightsDigest().array());
    }

    @Test
    void aTorchScriptFileAnswersRawInputAsAGatewayDoesAndCanTeach() throws Exception {
        // Given
        Path file =
                Files.write(
                        folder.resolve("student.pt"),
                        ExportFile.torchScript(version(), InstalledStudents.none()));
        MlpForward forward = new MlpForward(Registers.SPEC);
        MlpForward.Weights weights = forward.weights(registers.weights());
        Random random = new Random(5);
        try (TeacherModel model = TeacherModel.open(file, Optional.empty(), 16)) {
            byte[] inputs = new byte[16 * Registers.SPEC.input().bytes()];
            random.nextBytes(inputs);
            for (int row = 0; row < 16; row++) {
                model.input(row, inputs, row * Registers.SPEC.input().bytes());
            }
            // When
            model.score(16);
            // Then
            float[] expected = new float[Registers.SPEC.classCount()];
            float[] answered = new float[Registers.SPEC.classCount()];
            for (int row = 0; row < 16; row++) {
                forward.logits(weights, inputs, row * Registers.SPEC.input().bytes(), expected);
                model.logits(row, answered);
                for (int c = 0; c < expected.length; c++) {
                    assertThat(answered[c]).isCloseTo(expected[c], within(1e-5f));
                }
            }
            assertThat(model.inputSpec()).isEqualTo(Registers.SPEC.input());
        }
    }
}
