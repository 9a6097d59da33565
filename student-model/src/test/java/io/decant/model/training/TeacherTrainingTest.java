package io.decant.model.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.dataset.IdxDataset;
import io.decant.dataset.IdxFiles;
import io.decant.model.forward.MlpForward;
import io.decant.model.teacher.TeacherModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeacherTrainingTest {
    private static final TeacherTrainingSettings SETTINGS =
            new TeacherTrainingSettings(List.of(32, 16), 0.1, 0.3, 3e-3, 6, 32, 5);

    @TempDir Path folder;

    @Test
    void aTeacherLearnsAndItsFileAnswersLikeItsWeights() throws IOException {
        // Given: 20 × 12, 7 classes, a last batch that is not full
        IdxDataset dataset = IdxDataset.open(IdxFiles.write(folder, 1500, 500, 20, 12, 7, 1));
        List<Integer> epochs = new ArrayList<>();
        // When
        TrainedTeacher trained = TeacherTraining.train(dataset, 0, 1003, SETTINGS, epochs::add);
        // Then
        assertThat(epochs).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(trained.holdoutAccuracy()).isGreaterThan(0.9);
        Path file = Files.write(folder.resolve("teacher.pt"), trained.archive());
        MlpForward forward = new MlpForward(trained.spec());
        MlpForward.Weights weights = forward.weights(trained.weights());
        float[] fromFile = new float[7];
        float[] fromWeights = new float[7];
        int right = 0;
        try (TeacherModel teacher = TeacherModel.open(file, Optional.empty(), 100)) {
            for (int i = 0; i < 500; i++) {
                teacher.input(0, dataset.test().sample(i), 0);
                teacher.score(1);
                teacher.logits(0, fromFile);
                forward.logits(weights, dataset.test().sample(i), 0, fromWeights);
                right += argmax(fromFile) == dataset.test().label(i) ? 1 : 0;
                assertThat(argmax(fromFile)).isEqualTo(argmax(fromWeights));
            }
            assertThat(right / 500.0).isEqualTo(trained.holdoutAccuracy());
            assertThat(teacher.inputSpec().shape()).isEqualTo(List.of(20, 12));
            assertThat(teacher.facts().orElseThrow().trainedOn().orElseThrow().to())
                    .isEqualTo(1003);
            assertThat(teacher.facts().orElseThrow().trainedOn().orElseThrow().datasetDigest())
                    .isEqualTo(dataset.training().digest());
        }
    }

    @Test
    void theSeedAloneDecidesTheFile() throws IOException {
        // Given
        IdxDataset dataset = IdxDataset.open(IdxFiles.write(folder, 300, 20, 5, 4, 3, 2));
        // When
        byte[] first = TeacherTraining.train(dataset, 0, 300, SETTINGS, epoch -> {}).archive();
        byte[] again = TeacherTraining.train(dataset, 0, 300, SETTINGS, epoch -> {}).archive();
        TeacherTrainingSettings other =
                new TeacherTrainingSettings(List.of(32, 16), 0.1, 0.3, 3e-3, 6, 32, 6);
        byte[] different = TeacherTraining.train(dataset, 0, 300, other, epoch -> {}).archive();
        // Then
        assertThat(again).isEqualTo(first);
        assertThat(different).isNotEqualTo(first);
    }

    private static int argmax(float[] values) {
        int best = 0;
        for (int c = 1; c < values.length; c++) {
            best = values[c] > values[best] ? c : best;
        }
        return best;
    }
}
