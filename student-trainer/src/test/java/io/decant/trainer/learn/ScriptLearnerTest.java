package io.decant.trainer.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.model.checkpoint.Anchor;
import io.decant.model.checkpoint.AnchorEncoding;
import io.decant.model.checkpoint.ErrorFeedback;
import io.decant.model.digest.Sha256;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.TorchScript;
import io.decant.model.spec.TorchScript.Executor;
import io.decant.model.torch.ScriptStudent;
import io.decant.trainer.gate.GateSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A student with dropout and batch statistics, as PyTorch saved it. */
class ScriptLearnerTest {
    private static final ScriptStudent STUDENT =
            ScriptStudent.open(Path.of("src/test/resources/students/small.pt"), 1);

    private static LearningSettings settings(Executor executor) {
        LearningSettings plain = TestPairs.settings(true);
        ModelSpec spec = STUDENT.spec(plain.spec().input(), executor, 1);
        return new LearningSettings(
                spec,
                plain.step(),
                plain.alpha(),
                true,
                plain.initialWeights(),
                plain.seed(),
                plain.predictionCapacity(),
                new ErrorFeedback(0.2, 3, AnchorEncoding.I8_ROW),
                new GateSettings(
                        GateSettings.Mode.ENFORCING, 0.2, 50, 10, 0.5, "", 0.5, 5, 3, 1),
                Optional.of(STUDENT));
    }

    private static LearnerState endOf(int version, Learner learner, List<Pair> journal) {
        for (Pair pair : journal.subList(100 * (version - 1), 100 * version)) {
            learner.take(pair);
        }
        LearnerState.Header header =
                new LearnerState.Header("m", version, "topic", List.of(1L), Map.of());
        return learner.endVersion(false, header).state();
    }

    private static String digest(LearnerState state) {
        return HexFormat.of().formatHex(Sha256.of(state.toBytes()));
    }

    @ParameterizedTest
    @EnumSource(Executor.class)
    void versionsGoOnFromAStateAsIfTheLearnerHadNeverStopped(Executor executor) {
        // Given
        List<Pair> journal = TestPairs.journal(800, new SplittableRandom(3));
        List<String> straight = new ArrayList<>();
        List<String> stopped = new ArrayList<>();
        // When: one run goes through, the other is restored from bytes after each version
        try (Learner learner = Learner.genesis(settings(executor), PredictionListener.NONE)) {
            for (int version = 1; version <= 8; version++) {
                straight.add(digest(endOf(version, learner, journal)));
            }
        }
        byte[] stored = null;
        for (int version = 1; version <= 8; version++) {
            try (Learner learner =
                    stored == null
                            ? Learner.genesis(settings(executor), PredictionListener.NONE)
                            : Learner.restore(
                                    settings(executor),
                                    LearnerState.read(stored),
                                    PredictionListener.NONE)) {
                LearnerState state = endOf(version, learner, journal);
                stored = state.toBytes();
                stopped.add(digest(state));
            }
        }
        // Then
        assertThat(stopped).isEqualTo(straight).doesNotHaveDuplicates();
    }

    @Test
    void aModelKeepsTheExecutorAndTheSeedThatItWasBornWith() {
        // Given
        List<Pair> journal = TestPairs.journal(100, new SplittableRandom(3));
        LearnerState born;
        try (Learner learner =
                Learner.genesis(settings(Executor.OPTIMISED), PredictionListener.NONE)) {
            born = endOf(1, learner, journal);
        }
        // When
        try (Learner learner =
                Learner.restore(settings(Executor.PLAIN), born, PredictionListener.NONE)) {
            // Then
            TorchScript script =
                    (TorchScript)
                            learner.snapshot(born.header()).spec().architecture();
            assertThat(script.executor()).isEqualTo(Executor.OPTIMISED);
        }
    }

    @Test
    void anAnchorHoldsParametersAndBuffersByTheirNames() {
        // Given
        List<Pair> journal = TestPairs.journal(100, new SplittableRandom(3));
        LearnerState state;
        try (Learner learner = Learner.genesis(settings(Executor.PLAIN), PredictionListener.NONE)) {
            state = endOf(1, learner, journal);
        }
        // When
        Anchor anchor =
                Anchor.decode(
                        Anchor.encode(state.spec(), state.published(), AnchorEncoding.I8_ROW));
        // Then
        assertThat(anchor.spec()).isEqualTo(state.spec());
        assertThat(Sha256.of(anchor.floats())).isEqualTo(Sha256.of(state.published()));
    }

    @Test
    void nothingIsLearnedWithoutTheFile() {
        LearningSettings with = settings(Executor.PLAIN);
        LearningSettings without =
                new LearningSettings(
                        with.spec(),
                        with.step(),
                        with.alpha(),
                        true,
                        with.initialWeights(),
                        with.seed(),
                        with.predictionCapacity(),
                        with.feedback());
        assertThatThrownBy(() -> Learner.genesis(without, PredictionListener.NONE))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("is not installed here");
    }
}
