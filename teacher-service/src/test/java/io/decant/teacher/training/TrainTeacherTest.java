package io.decant.teacher.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.decant.dataset.IdxDataset;
import io.decant.dataset.InvalidDatasetException;
import io.decant.model.spec.DType;
import io.decant.model.teacher.TeacherCardFacts;
import io.decant.model.teacher.TeacherModel;
import io.decant.model.training.TeacherTrainingSettings;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a generated data set: 5 x 4 pixels, 3 classes, each a bright stripe in noise. */
class TrainTeacherTest {
    private static final int ROWS = 5;
    private static final int COLUMNS = 4;
    private static final int CLASSES = 3;
    private static final TeacherTrainingSettings SMALL =
            new TeacherTrainingSettings(List.of(16), 0, 0, 0.01, 10, 16, 7);

    @TempDir Path folder;
    private Path dataset;
    private final List<String> heard = new ArrayList<>();
    private final TrainTeacher.Listener listener =
            new TrainTeacher.Listener() {
                @Override
                public void started(IdxDataset data, SampleRange range) {
                    heard.add("started " + range);
                }

                @Override
                public void epochDone(int epoch, int of, Duration since) {
                    heard.add(epoch + "/" + of);
                }
            };

    @BeforeEach
    void generate() throws IOException {
        dataset = Files.createDirectory(folder.resolve("stripes"));
        write("train", 200, new Random(1));
        write("t10k", 60, new Random(2));
    }

    @Test
    void aTeacherOfAnyShapeLearnsTheFirstHalfAndSaysSoInItsFile() {
        // Given
        Path out = folder.resolve("stripes.pt");

        // When
        TrainTeacher.Summary summary = train(Optional.empty(), out);

        // Then
        assertThat(heard).hasSize(11).startsWith("started 0:100", "1/10").endsWith("10/10");
        assertThat(summary.range()).isEqualTo(new SampleRange(0, 100));
        assertThat(summary.dims()).containsExactly(ROWS * COLUMNS, 16, CLASSES);
        assertThat(summary.testSamples()).isEqualTo(60);
        assertThat(summary.holdoutAccuracy()).isGreaterThan(0.9);
        try (TeacherModel teacher = TeacherModel.open(out, Optional.empty(), 8)) {
            assertThat(teacher.id()).isEqualTo(summary.version());
            assertThat(teacher.classCount()).isEqualTo(CLASSES);
            assertThat(teacher.inputSpec().dtype()).isEqualTo(DType.U8);
            assertThat(teacher.inputSpec().shape()).containsExactly(ROWS, COLUMNS);
            assertThat(teacher.facts().flatMap(TeacherCardFacts::trainedOn))
                    .contains(
                            new TeacherCardFacts.TrainingRange(
                                    IdxDataset.open(dataset).training().digest(), 0, 100));
            assertThat(rightShare(teacher)).isEqualTo(summary.holdoutAccuracy());
        }
    }

    @Test
    void anEarlierFileIsReplacedAndNothingElseIsLeftBehind() throws IOException {
        // Given
        Path out = Files.writeString(folder.resolve("old.pt"), "old");

        // When
        TrainTeacher.Summary summary = train(Optional.of(new SampleRange(20, 60)), out);

        // Then
        assertThat(summary.fileBytes()).isEqualTo(Files.size(out)).isGreaterThan(1000);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(dataset, out);
        }
    }

    @Test
    void whatCannotBeWrittenIsRefusedBeforeAnythingIsTrained() {
        Path nowhere = folder.resolve("missing").resolve("a.pt");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> train(Optional.empty(), nowhere))
                .withMessage(
                        "the teacher cannot be written to "
                                + nowhere
                                + "; expected the name of a file in a folder that exists");
        assertThat(heard).isEmpty();
    }

    @Test
    void aRangeThatTheDatasetLacksIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> train(Optional.of(new SampleRange(100, 201)), folder.resolve("a.pt")))
                .withMessage(
                        "the range 100:201 must lie within the 200 training samples of the dataset");
        assertThat(heard).isEmpty();
    }

    @Test
    void aMissingDatasetIsNamed() {
        assertThatExceptionOfType(InvalidDatasetException.class)
                .isThrownBy(
                        () ->
                                TrainTeacher.run(
                                        new TrainTeacher.Order(
                                                folder.resolve("none"),
                                                Optional.empty(),
                                                folder.resolve("a.pt"),
                                                SMALL),
                                        listener,
                                        InstantSource.system()))
                .withMessageContaining("none");
    }

    private TrainTeacher.Summary train(Optional<SampleRange> range, Path out) {
        return TrainTeacher.run(
                new TrainTeacher.Order(dataset, range, out, SMALL),
                listener,
                InstantSource.system());
    }

    private double rightShare(TeacherModel teacher) {
        var test = IdxDataset.open(dataset).test();
        float[] logits = new float[CLASSES];
        int right = 0;
        for (int i = 0; i < test.size(); i++) {
            teacher.input(0, test.sample(i), 0);
            teacher.score(1);
            teacher.logits(0, logits);
            int best = logits[1] > logits[0] ? 1 : 0;
            best = logits[2] > logits[best] ? 2 : best;
            right += best == test.label(i) ? 1 : 0;
        }
        return (double) right / test.size();
    }

    private void write(String prefix, int samples, Random random) throws IOException {
        ByteArrayOutputStream images = new ByteArrayOutputStream();
        ByteArrayOutputStream labels = new ByteArrayOutputStream();
        DataOutputStream image = new DataOutputStream(images);
        DataOutputStream label = new DataOutputStream(labels);
        image.writeInt(0x0803);
        image.writeInt(samples);
        image.writeInt(ROWS);
        image.writeInt(COLUMNS);
        label.writeInt(0x0801);
        label.writeInt(samples);
        for (int i = 0; i < samples; i++) {
            int kind = i % CLASSES;
            label.writeByte(kind);
            for (int pixel = 0; pixel < ROWS * COLUMNS; pixel++) {
                image.writeByte(random.nextInt(60) + (pixel % COLUMNS == kind ? 150 : 0));
            }
        }
        Files.write(dataset.resolve(prefix + "-images-idx3-ubyte"), images.toByteArray());
        Files.write(dataset.resolve(prefix + "-labels-idx1-ubyte"), labels.toByteArray());
    }
}
