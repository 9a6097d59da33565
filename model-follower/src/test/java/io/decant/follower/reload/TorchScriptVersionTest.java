package io.decant.follower.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.follower.ManualClock;
import io.decant.follower.Versions;
import io.decant.follower.reload.CandidateCheck.Verdict;
import io.decant.model.checkpoint.WeightsChain;
import io.decant.model.forward.InstalledStudents;
import io.decant.model.spec.CannedInput;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.Precision;
import io.decant.model.spec.TorchScript;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions whose student is a file of PyTorch. */
class TorchScriptVersionTest {
    private static final int READERS = 4;
    private static final int SWAPS = 30;

    private final Versions versions = Versions.script();

    private static Verdict check(Versions versions, CandidateCheck check) {
        return check.check(
                versions.version(7).record(),
                WeightsChain.at(versions.spec(), versions.weights(7)));
    }

    private ServingModel serving(long version) {
        return ServingModel.of(versions.accepted(version), new ManualClock().instant());
    }

    @Test
    void aVersionOfAnInstalledFileAnswersWithItsWeights() {
        // Given
        ServingModel model = serving(7);
        // When
        float[] logits = new float[Versions.CLASSES];
        model.logits(new byte[] {1, 2, 3, 4}, 0, logits);
        // Then
        assertThat(logits).containsExactly(Versions.logits(7));
        model.letGo();
    }

    @Test
    void aVersionWhoseFileIsNotInstalledIsRefused() {
        // When
        Verdict verdict = check(versions, Versions.CHECK);
        // Then
        assertThat(verdict)
                .isEqualTo(
                        new Verdict.Refused(
                                "it cannot answer here: the model is a TorchScript file "
                                        + digest().substring(0, 12)
                                        + "…, which is not installed here: name the file that the model was made from"));
    }

    private String digest() {
        return ((TorchScript) versions.spec().architecture()).file();
    }

    @Test
    void anInputThatTheFileCannotTakeIsAReasonToRefuse() {
        // Given a specification whose inputs have nine elements in place of four
        InputSpec nine = new InputSpec(DType.U8, List.of(3, 3), 1, 0, 1);
        ModelSpec spec =
                new ModelSpec(
                        versions.spec().architecture(),
                        nine,
                        Precision.FP32,
                        1,
                        List.of(CannedInput.of(new byte[9])));
        CandidateCheck check =
                new CandidateCheck(1e-3, InstalledStudents.open(List.of(Versions.SCRIPT)));
        // When
        Verdict verdict = check(new Versions(spec), check);
        // Then
        assertThat(((Verdict.Refused) verdict).reason())
                .contains("small.pt: forward failed on 1 inputs: ", "shape");
    }

    @Test
    void aFileThatIsNoStudentIsNamedWithTheReason(@TempDir Path folder) throws Exception {
        // Given
        Path text = Files.writeString(folder.resolve("notes.pt"), "not a model");
        Path absent = folder.resolve("absent.pt");
        // When, then
        assertThatThrownBy(() -> InstalledStudents.open(List.of(text, Versions.SCRIPT, absent)))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining(text + " is not a TorchScript archive")
                .hasMessageContaining(absent + " does not exist");
    }

    @Test
    void everyAnswerIsOfOneVersionWhileModulesAreSwappedAndFreed() throws Exception {
        // Given readers that ask until the last swap is over
        ServingSlot slot = new ServingSlot();
        slot.swap(serving(1), 0, false);
        slot.current().orElseThrow().letGo();
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch reading = new CountDownLatch(READERS);
        ExecutorService readers = Executors.newFixedThreadPool(READERS);
        List<Future<Long>> wrong = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            wrong.add(readers.submit(() -> wrongAnswers(slot, over, reading)));
        }
        reading.await();
        List<ServingModel> swappedOut = new ArrayList<>();

        // When
        for (long version = 2; version <= SWAPS + 1; version++) {
            swappedOut.add(slot.current().orElseThrow());
            ServingModel next = serving(version);
            slot.swap(next, 0, false);
            next.letGo();
        }
        over.set(true);
        readers.shutdown();

        // Then
        for (Future<Long> result : wrong) {
            assertThat(result.get()).isZero();
        }
        assertThat(swappedOut).hasSize(SWAPS).noneMatch(ServingModel::hold);
        slot.close();
        assertThat(slot.hold()).isEmpty();
    }

    private static long wrongAnswers(ServingSlot slot, AtomicBoolean over, CountDownLatch reading) {
        byte[] input = {9, 8, 7, 6};
        float[] logits = new float[Versions.CLASSES];
        long wrong = 0;
        boolean lastRound;
        do {
            lastRound = over.get();
            ServingModel model = slot.hold().orElseThrow();
            try {
                model.logits(input, 0, logits);
            } finally {
                model.letGo();
            }
            wrong += java.util.Arrays.equals(logits, Versions.logits(model.version())) ? 0 : 1;
            reading.countDown();
        } while (!lastRound);
        return wrong;
    }
}
