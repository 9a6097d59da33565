package io.decant.teacher.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.model.forward.ForwardArchive;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.model.teacher.TeacherCardFacts;
import io.decant.model.teacher.TeacherModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeacherFileStageTest {
    private static final int BATCH = 3;

    @TempDir Path folder;
    private final Handover handover = new Handover();
    private Path file;
    private TeacherModel running;
    private TeacherFileStage stage;

    @BeforeEach
    void start() throws IOException {
        file = Files.write(folder.resolve("teacher.pt"), teacher(2, 1));
        FileStamp before = FileStamp.of(file).orElseThrow();
        running = TeacherModel.open(file, Optional.empty(), BATCH);
        stage =
                new TeacherFileStage(
                        "file", file, before, running, Optional.empty(), Duration.ZERO, handover);
    }

    @AfterEach
    void close() {
        stage.close();
        running.close();
    }

    @Test
    void aNewFileIsOpenedForTheSameBatchAndHandedOver() throws IOException {
        // Given
        replace(teacher(2, 5));

        // When
        looks(2);

        // Then
        assertThat(handover.take())
                .hasValueSatisfying(
                        finding -> {
                            Finding.Ready ready = (Finding.Ready) finding;
                            assertThat(ready.teacher().digest()).isNotEqualTo(running.digest());
                            assertThat(((TeacherModel) ready.teacher()).capacity())
                                    .isEqualTo(BATCH);
                            assertThat(ready.bytes()).isEqualTo(file.toFile().length());
                            ready.teacher().close();
                        });
    }

    @Test
    void aFileIsNotOpenedBeforeItsSecondLook() throws IOException {
        // Given
        replace(teacher(2, 5));

        // When
        looks(1);

        // Then
        assertThat(handover.isFull()).isFalse();
    }

    @Test
    void aNewDateOnTheSameBytesIsNoNewTeacher() throws IOException {
        // Given
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));

        // When
        looks(4);

        // Then
        assertThat(handover.isFull()).isFalse();
    }

    @Test
    void aFileThatWasHandedOverIsNotHandedOverAgain() throws IOException {
        // Given
        replace(teacher(2, 5));
        looks(2);
        ((Finding.Ready) handover.take().orElseThrow()).teacher().close();

        // When
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
        looks(4);

        // Then
        assertThat(handover.isFull()).isFalse();
    }

    @Test
    void aFileThatIsWrittenInPlaceIsTakenWhenItIsWhole() throws IOException {
        // Given a writer that is slower than our looks
        byte[] whole = teacher(2, 5);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        looks(3);
        Optional<Finding> half = handover.take();

        // When
        Files.write(file, whole);
        looks(2);

        // Then
        assertThat(half)
                .hasValueSatisfying(
                        finding ->
                                assertThat(((Finding.Refused) finding).reason())
                                        .contains("is not a TorchScript archive"));
        assertThat(handover.take())
                .hasValueSatisfying(
                        finding -> {
                            assertThat(finding).isInstanceOf(Finding.Ready.class);
                            ((Finding.Ready) finding).teacher().close();
                        });
    }

    @Test
    void aTeacherThatDoesNotFitIsRefusedOnceAndNamesItsFile() throws IOException {
        // Given
        replace(teacher(4, 1));

        // When
        looks(2);
        Optional<Finding> first = handover.take();
        looks(3);

        // Then
        assertThat(first)
                .contains(
                        new Finding.Refused(
                                file + ": it has 4 classes; expected 2, as the teacher that runs"));
        assertThat(handover.isFull()).isFalse();
    }

    @Test
    void aTeacherWhoseLogitsAreNotFiniteIsRefused() throws IOException {
        // Given
        replace(teacher(2, Float.NaN));

        // When
        looks(2);

        // Then
        assertThat(handover.take())
                .hasValueSatisfying(
                        finding ->
                                assertThat(((Finding.Refused) finding).reason())
                                        .contains("must return finite logits, returned NaN"));
    }

    @Test
    void aRemovedFileChangesNothing() throws IOException {
        // Given
        Files.delete(file);

        // When
        looks(3);

        // Then
        assertThat(handover.isFull()).isFalse();
    }

    @Test
    void theNextFileWaitsUntilTheOneBeforeWasTaken() throws IOException {
        // Given
        replace(teacher(2, 5));
        looks(2);

        // When
        replace(teacher(2, 7));
        looks(3);
        Finding.Ready first = (Finding.Ready) handover.take().orElseThrow();
        looks(2);
        Finding.Ready second = (Finding.Ready) handover.take().orElseThrow();

        // Then
        assertThat(second.teacher().digest()).isNotEqualTo(first.teacher().digest());
        first.teacher().close();
        second.teacher().close();
    }

    private void looks(int count) {
        for (int i = 0; i < count; i++) {
            stage.doWork();
        }
    }

    /** As an operator should: written aside, then renamed. */
    private void replace(byte[] content) throws IOException {
        Path aside = Files.write(folder.resolve("teacher.pt.new"), content);
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** A teacher of 2 values whose first logit of zeros is {@code bias}. */
    private static byte[] teacher(int classes, float bias) {
        InputSpec input = new InputSpec(DType.U8, List.of(2), 1, 0, 1);
        ModelSpec spec = ModelSpec.mlp(List.of(2, classes), input);
        ByteBuffer weights =
                ByteBuffer.allocate(4 * spec.parameterCount()).order(ByteOrder.LITTLE_ENDIAN);
        weights.asFloatBuffer().put(2 * classes, bias);
        TeacherCardFacts facts =
                new TeacherCardFacts(
                        input,
                        true,
                        Optional.empty(),
                        OptionalDouble.empty(),
                        OptionalDouble.empty());
        return ForwardArchive.of(spec, weights)
                .extra(TeacherCardFacts.EXTRA, facts.toJson())
                .toBytes();
    }
}
