package io.decant.trainer.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.decant.model.checkpoint.AnchorEncoding;
import io.decant.model.checkpoint.ErrorFeedback;
import io.decant.model.digest.Sha256;
import io.decant.model.loss.Kd;
import io.decant.model.spec.DType;
import io.decant.model.spec.InitialWeights;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import io.decant.model.step.Optimizer;
import io.decant.model.step.Placement;
import io.decant.model.step.StepSettings;
import io.decant.model.torch.TorchDevice;
import io.decant.records.PairKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LearnerTest {
    private static final LearnerState.Header HEADER =
            new LearnerState.Header("m", 3, "topic", List.of(1L, 2L), Map.of("alpha", "0.7"));

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void goingOnFromAStateEqualsNeverHavingStopped(boolean adapting) {
        // Given
        LearningSettings settings = adapting ? TestPairs.adapting() : TestPairs.settings(true);
        List<Pair> journal = TestPairs.journal(1_500, new SplittableRandom(1));
        Set<Integer> borders = Set.of(100, 777, 901);
        String straight;
        try (Learner learner = Learner.genesis(settings, PredictionListener.NONE)) {
            run(learner, journal, 0, journal.size(), borders);
            straight = digest(learner);
        }
        // When: it stops after 777 pairs, with the shadow's batch open and predictions waiting
        byte[] stored;
        try (Learner first = Learner.genesis(settings, PredictionListener.NONE)) {
            run(first, journal, 0, 777, borders);
            stored = first.snapshot(HEADER).toBytes();
        }
        // Then
        try (Learner second =
                Learner.restore(settings, LearnerState.read(stored), PredictionListener.NONE)) {
            assertThat(second.snapshot(HEADER).toBytes()).isEqualTo(stored);
            assertThat(second.prequential().waiting()).isPositive();
            run(second, journal, 777, journal.size(), borders);
            assertThat(digest(second)).isEqualTo(straight);
        }
    }

    @Test
    void predictionsThatAreReadLateAreScoredAsIfAtOnce() {
        // Given: a device's way of stepping, with the processor in its place
        List<Pair> journal = TestPairs.journal(6_000, new SplittableRandom(4));
        LearningSettings direct = TestPairs.settings(true);
        LearningSettings staged = direct.at(new Placement(TorchDevice.CPU, true));
        List<String> heardAtOnce = new ArrayList<>();
        List<String> heardLate = new ArrayList<>();
        try (Learner first = Learner.genesis(direct, (id, c) -> heardAtOnce.add(id + c));
                Learner second = Learner.genesis(staged, (id, c) -> heardLate.add(id + c))) {
            // When
            run(first, journal, 0, 1_000, Set.of(100, 777));
            run(second, journal, 0, 1_000, Set.of(100, 777));
            int heardBeforeAnyoneAsked = heardLate.size();
            String atOnce = digest(first);
            String late = digest(second);
            // Then
            assertThat(heardBeforeAnyoneAsked).isZero();
            assertThat(late).isEqualTo(atOnce);
            assertThat(second.prequential()).isEqualTo(first.prequential());
            run(first, journal, 1_000, journal.size(), Set.of(1_500));
            run(second, journal, 1_000, journal.size(), Set.of(1_500));
            assertThat(heardLate.size()).isBetween(1_000, heardAtOnce.size() - 1);
            assertThat(digest(second)).isEqualTo(digest(first));
            assertThat(heardLate).isEqualTo(heardAtOnce);
        }
    }

    @Test
    void publishedWeightsGoOnFromAStateAsIfItHadNeverStopped() {
        // Given: a version every 100 pairs, rounded to anchors of half the bytes with every tenth
        List<Pair> journal = TestPairs.journal(1_500, new SplittableRandom(3));
        List<String> straight = new ArrayList<>();
        List<String> stopped = new ArrayList<>();
        // When: one run goes through, the other is restored from bytes after each version
        try (Learner learner = Learner.genesis(halves(), PredictionListener.NONE)) {
            for (int version = 1; version <= 15; version++) {
                straight.add(digest(endOf(version, learner, journal)));
            }
        }
        byte[] stored = null;
        for (int version = 1; version <= 15; version++) {
            try (Learner learner =
                    stored == null
                            ? Learner.genesis(halves(), PredictionListener.NONE)
                            : Learner.restore(
                                    halves(), LearnerState.read(stored), PredictionListener.NONE)) {
                LearnerState state = endOf(version, learner, journal);
                stored = state.toBytes();
                stopped.add(digest(state));
            }
        }
        // Then
        assertThat(stopped).isEqualTo(straight);
        LearnerState last = LearnerState.read(stored);
        assertThat(last.published()).isNotEqualTo(last.studentAverage());
    }

    private static LearningSettings halves() {
        LearningSettings plain = TestPairs.settings(true);
        return new LearningSettings(
                plain.spec(),
                plain.step(),
                plain.alpha(),
                true,
                plain.initialWeights(),
                plain.seed(),
                plain.predictionCapacity(),
                new ErrorFeedback(0.05, 10, AnchorEncoding.F16));
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

    @Test
    void aModelThatDivergedIsNoVersion() {
        // Given
        StepSettings wild =
                new StepSettings(
                        1e30, 0.9, 0.999, 1e-8, 3, 0.5, Optimizer.ADAM, new Kd(), List.of());
        LearningSettings plain = TestPairs.settings(false);
        LearningSettings settings =
                new LearningSettings(
                        plain.spec(),
                        wild,
                        plain.alpha(),
                        false,
                        plain.initialWeights(),
                        plain.seed(),
                        plain.predictionCapacity(),
                        plain.feedback());
        List<Pair> journal = TestPairs.journal(1_500, new SplittableRandom(3));
        // When, Then
        try (Learner learner = Learner.genesis(settings, PredictionListener.NONE)) {
            assertThatThrownBy(
                            () -> {
                                for (int version = 1; version <= 15; version++) {
                                    endOf(version, learner, journal);
                                }
                            })
                    .isInstanceOf(DivergedException.class)
                    .hasMessageContaining("learning diverged");
        }
    }

    @Test
    void anotherOrderOrAnotherBorderIsAnotherState() {
        // Given
        List<Pair> journal = TestPairs.journal(200, new SplittableRandom(2));
        List<Pair> swapped = new ArrayList<>(journal);
        java.util.Collections.swap(swapped, 10, 150);
        // When
        String base = digestAfter(journal, Set.of());
        // Then
        assertThat(digestAfter(journal, Set.of())).isEqualTo(base);
        assertThat(digestAfter(swapped, Set.of())).isNotEqualTo(base);
        assertThat(digestAfter(journal, Set.of(50))).isNotEqualTo(base);
    }

    @Test
    void firstPassesScoreAtChanceAndSecondPassesFarAbove() {
        // Given: 1 000 samples with random labels, and a student large enough to memorise them
        SplittableRandom random = new SplittableRandom(4);
        int inputs = 400;
        int classes = 10;
        ModelSpec spec =
                ModelSpec.mlp(
                        List.of(inputs, 512, classes),
                        new InputSpec(DType.U8, List.of(inputs), 1 / 255.0, 0.5, 0.29));
        LearningSettings settings =
                new LearningSettings(
                        spec,
                        StepSettings.defaults(),
                        0.5,
                        true,
                        LearningSettings.Initial.UNIFORM,
                        1,
                        65_536,
                        ErrorFeedback.DEFAULT);
        List<byte[]> features = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            byte[] bytes = new byte[inputs];
            random.nextBytes(bytes);
            features.add(bytes);
            labels.add(random.nextInt(classes));
        }
        try (Learner learner = Learner.genesis(settings, PredictionListener.NONE)) {
            // When: the samples arrive once, and again under new ids; their labels come 100 samples
            // later
            long[] hits = new long[2];
            for (int pass = 0; pass < 2; pass++) {
                for (int i = 0; i < 1_100; i++) {
                    if (i < 1_000) {
                        learner.take(memorable(PairKind.SOFT_ONLY, pass, i, features, labels));
                    }
                    if (i >= 100) {
                        learner.take(
                                memorable(
                                        PairKind.LABEL_CORRECTION,
                                        pass,
                                        i - 100,
                                        features,
                                        labels));
                    }
                }
                learner.learnOpen();
                hits[pass] =
                        Math.round(
                                learner.prequential().student().cumulative().orElseThrow()
                                        * learner.prequential().student().scored());
            }
            // Then: chance is 100 of 1 000 with a standard deviation of 9.5; four of them either
            // way
            assertThat(learner.prequential().student().scored()).isEqualTo(2_000);
            assertThat(hits[0]).isBetween(62L, 138L);
            assertThat(hits[1] - hits[0]).isGreaterThan(400L);
        }
    }

    private static Pair memorable(
            PairKind kind, int pass, int i, List<byte[]> features, List<Integer> labels) {
        float[] logits = new float[10];
        logits[labels.get(i)] = 8;
        return new Pair(
                kind,
                pass + "-" + i,
                ByteBuffer.wrap(features.get(i)),
                kind == PairKind.SOFT_ONLY ? Optional.of(Logits.owning(logits)) : Optional.empty(),
                kind == PairKind.SOFT_ONLY
                        ? Optional.empty()
                        : Optional.of(LabelClass.of(labels.get(i))),
                "t",
                0);
    }

    @Test
    void theShadowNeverSeesATeacher() {
        // Given: the same samples and labels under two different teachers
        List<Pair> journal = TestPairs.journal(300, new SplittableRandom(6));
        SplittableRandom random = new SplittableRandom(7);
        List<Pair> otherTeacher =
                journal.stream()
                        .map(
                                pair ->
                                        pair.teacher().isEmpty()
                                                ? pair
                                                : new Pair(
                                                        pair.kind(),
                                                        pair.sampleId(),
                                                        pair.features(),
                                                        TestPairs.pair(
                                                                        PairKind.SOFT_ONLY,
                                                                        "x",
                                                                        random)
                                                                .teacher(),
                                                        pair.label(),
                                                        "u",
                                                        pair.eventTimeMillis()))
                        .toList();
        // When
        LearnerState one = stateAfter(journal);
        LearnerState other = stateAfter(otherTeacher);
        // Then
        assertThat(other.shadowAverage()).isEqualTo(one.shadowAverage());
        assertThat(other.studentAverage()).isNotEqualTo(one.studentAverage());
    }

    @Test
    void theFirstSamplesLearnedBecomeTheCannedInputsForGood() {
        // Given
        List<Pair> journal = TestPairs.journal(200, new SplittableRandom(8));
        try (Learner learner =
                Learner.genesis(TestPairs.settings(false), PredictionListener.NONE)) {
            run(learner, journal, 0, 100, Set.of());
            // When
            ModelSpec first = learner.snapshot(HEADER).spec();
            run(learner, journal, 100, 200, Set.of());
            ModelSpec second = learner.snapshot(HEADER).spec();
            // Then
            Pair firstLive = journal.stream().filter(Pair::isLive).findFirst().orElseThrow();
            assertThat(first.cannedInputs()).hasSize(8);
            assertThat(first.cannedInputs().get(0).bytes()).isEqualTo(firstLive.features().array());
            assertThat(second).isEqualTo(first);
        }
    }

    @Test
    void aModelThatBeginsWithWeightsHasThemInStudentShadowAndAverages() {
        // Given
        float[] start = InitialWeights.uniform(TestPairs.settings(true).spec(), 99);
        ByteBuffer flat =
                ByteBuffer.allocate(start.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        flat.asFloatBuffer().put(start);
        // When
        try (Learner learner =
                Learner.genesis(TestPairs.settings(true), start, PredictionListener.NONE)) {
            LearnerState state = learner.snapshot(HEADER);
            // Then
            assertThat(state.floats("student.weights")).isEqualTo(flat);
            assertThat(state.studentAverage()).isEqualTo(flat);
            assertThat(state.floats("shadow.weights")).isEqualTo(flat);
            assertThat(state.shadowAverage()).contains(flat);
            assertThat(state.published()).isEqualTo(flat);
        }
    }

    @Test
    void gatePairsAreCountedAndTeachNothing() {
        // Given
        SplittableRandom random = new SplittableRandom(9);
        try (Learner learner = Learner.genesis(TestPairs.settings(true), PredictionListener.NONE)) {
            String before =
                    HexFormat.of().formatHex(Sha256.of(learner.snapshot(HEADER).studentAverage()));
            // When
            for (int i = 0; i < 70; i++) {
                learner.take(TestPairs.pair(PairKind.GATE, "g" + i, random));
            }
            learner.learnRest();
            // Then
            assertThat(learner.counters().gate()).isEqualTo(70);
            assertThat(learner.counters().steps()).isZero();
            assertThat(
                            HexFormat.of()
                                    .formatHex(
                                            Sha256.of(learner.snapshot(HEADER).studentAverage())))
                    .isEqualTo(before);
        }
    }

    @Test
    void aModelOfAnotherShapeIsRefusedByName() {
        // Given
        LearnerState state = stateAfter(List.of());
        LearningSettings other =
                new LearningSettings(
                        ModelSpec.mlp(
                                List.of(TestPairs.INPUTS, 5, TestPairs.CLASSES),
                                TestPairs.settings(true).spec().input()),
                        StepSettings.defaults(),
                        0.7,
                        true,
                        LearningSettings.Initial.UNIFORM,
                        7,
                        1000,
                        ErrorFeedback.DEFAULT);
        // When, Then
        assertThatThrownBy(() -> Learner.restore(other, state, PredictionListener.NONE))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("model.name");
    }

    @Test
    void aShadowCannotStartLate() {
        // Given
        LearnerState withoutShadow;
        try (Learner learner =
                Learner.genesis(TestPairs.settings(false), PredictionListener.NONE)) {
            withoutShadow = learner.snapshot(HEADER);
        }
        // When, Then
        assertThatThrownBy(
                        () ->
                                Learner.restore(
                                        TestPairs.settings(true),
                                        withoutShadow,
                                        PredictionListener.NONE))
                .hasMessageContaining("set shadow to false");
    }

    @Test
    void aStateTellsWhereItStands() {
        // When
        LearnerState.Header header = LearnerState.read(stateAfter(List.of()).toBytes()).header();
        // Then
        assertThat(header).isEqualTo(HEADER);
    }

    private static LearnerState stateAfter(List<Pair> journal) {
        try (Learner learner = Learner.genesis(TestPairs.settings(true), PredictionListener.NONE)) {
            run(learner, journal, 0, journal.size(), Set.of());
            learner.learnRest();
            return learner.snapshot(HEADER);
        }
    }

    @Test
    void aLateLabelTellsHowRightEachTeacherHadBeen() {
        // Given: pairs without labels, on which "right" says class 1 and "wrong" class 2
        List<Pair> pairs = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 200; i++) {
            Pair blank = TestPairs.pair(PairKind.SOFT_ONLY, "s" + i, random);
            List<Answer> answers =
                    List.of(
                            new Answer("right", Logits.owning(new float[] {0, 4, 0, 0})),
                            new Answer("wrong", Logits.owning(new float[] {0, 0, 4, 0})));
            pairs.add(
                    new Pair(
                            PairKind.SOFT_ONLY,
                            blank.sampleId(),
                            blank.features(),
                            answers,
                            Optional.empty(),
                            1,
                            Map.of()));
        }
        List<Pair> labels =
                pairs.stream()
                        .map(
                                pair ->
                                        new Pair(
                                                PairKind.LABEL_CORRECTION,
                                                pair.sampleId(),
                                                pair.features(),
                                                Optional.empty(),
                                                Optional.of(LabelClass.of(1)),
                                                "",
                                                1))
                        .toList();
        try (Learner learner = Learner.genesis(TestPairs.adapting(), PredictionListener.NONE)) {
            // When
            run(learner, pairs, 0, pairs.size(), Set.of());
            List<Adaptation.Teacher> before = learner.adaptation().teachers();
            run(learner, labels, 0, labels.size(), Set.of());
            List<Adaptation.Teacher> after = learner.adaptation().teachers();

            // Then
            double kept = 0.5 * Math.pow(0.99, 200);
            assertThat(before)
                    .containsExactly(
                            new Adaptation.Teacher("right", 0.5, 0.5),
                            new Adaptation.Teacher("wrong", 0.5, 0.5));
            assertThat(after.get(0).accuracy()).isCloseTo(1 - kept, within(1e-9));
            assertThat(after.get(1).accuracy()).isCloseTo(kept, within(1e-9));
            assertThat(after.get(0).weight()).isCloseTo(1, within(1e-9));
        }
    }

    private static String digestAfter(List<Pair> journal, Set<Integer> borders) {
        try (Learner learner = Learner.genesis(TestPairs.settings(true), PredictionListener.NONE)) {
            run(learner, journal, 0, journal.size(), borders);
            return digest(learner);
        }
    }

    private static void run(
            Learner learner, List<Pair> journal, int from, int to, Set<Integer> borders) {
        for (int i = from; i < to; i++) {
            learner.take(journal.get(i));
            if (borders.contains(i + 1)) {
                learner.learnOpen();
            }
        }
        learner.learnOpen();
    }

    private static String digest(Learner learner) {
        return HexFormat.of().formatHex(Sha256.of(learner.snapshot(HEADER).toBytes()));
    }
}
