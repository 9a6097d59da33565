package io.decant.trainer.learn;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.model.forward.StudentForward;
import io.decant.model.spec.InitialWeights;
import io.decant.model.spec.ModelSpec;
import io.decant.records.GateOutcome;
import io.decant.records.PairKind;
import io.decant.trainer.gate.GateDecision;
import io.decant.trainer.gate.GateSettings;
import io.decant.trainer.gate.GateSettings.Mode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class HeldOutTest {
    private static final ModelSpec SPEC = TestPairs.settings(false).spec();
    private static final float[] GOOD = InitialWeights.uniform(SPEC, 1);
    private static final float[] OTHER = InitialWeights.uniform(SPEC, 2);
    private static final LearnerState.Header HEADER =
            new LearnerState.Header("m", 3, "topic", List.of(1L), Map.of());

    @Test
    void theShareIsMetBySeedAndIdAlone() {
        // Given
        HeldOut one = held(gate(Mode.ENFORCING, 0.1, ""), 7);
        HeldOut same = held(gate(Mode.ADVISORY, 0.1, ""), 7);
        HeldOut otherSeed = held(gate(Mode.ENFORCING, 0.1, ""), 8);
        SplittableRandom random = new SplittableRandom(1);
        // When
        int taken = 0;
        int both = 0;
        for (int i = 0; i < 5_000; i++) {
            Pair pair = TestPairs.pair(PairKind.LABELLED, "s" + i, random);
            boolean first = one.take(pair);
            taken += first ? 1 : 0;
            both += first && otherSeed.take(pair) ? 1 : 0;
            assertThat(same.take(pair)).isEqualTo(first);
        }
        // Then: 500 with a standard deviation of 21, and 50 with one of 7
        assertThat(taken).isBetween(400, 600);
        assertThat(both).isBetween(20, 80);
    }

    @Test
    void theSamplesThatAreChosenAreNotThoseWhoseLabelsAreDrawnLow() {
        // Given: labels that are distributions are drawn by the same key and seed
        HeldOut held = held(gate(Mode.ENFORCING, 0.1, ""), 7);
        SplittableRandom random = new SplittableRandom(1);
        // When
        int low = 0;
        int taken = 0;
        for (int i = 0; i < 5_000; i++) {
            Pair pair = TestPairs.pair(PairKind.LABELLED, "s" + i, random);
            if (held.take(pair)) {
                taken++;
                low += pair.key().uniform(7) < 0.5 ? 1 : 0;
            }
        }
        // Then: half, with a standard deviation of 11
        assertThat(low).isBetween(taken / 2 - 50, taken / 2 + 50);
    }

    @Test
    void nothingIsChosenWhileTheGateIsOff() {
        // Given
        HeldOut held = held(gate(Mode.OFF, 0.9, ""), 7);
        SplittableRandom random = new SplittableRandom(1);
        // When, Then
        for (int i = 0; i < 100; i++) {
            assertThat(held.take(TestPairs.pair(PairKind.LABELLED, "s" + i, random))).isFalse();
        }
    }

    @Test
    void theLateLabelOfAPairThatTheJournalHeldOutIsHeldOutTooAlsoAfterARestart() {
        // Given: two gate pairs without labels, one of which is forgotten
        GateSettings settings = new GateSettings(Mode.OFF, 0, 10, 1, 0.015, "", 0.02, 100, 1.05, 1);
        HeldOut held = new HeldOut(settings, SPEC, HeldOutTest::ready, 7);
        SplittableRandom random = new SplittableRandom(1);
        assertThat(held.take(TestPairs.pair(PairKind.GATE, "forgotten", random))).isTrue();
        assertThat(held.take(TestPairs.pair(PairKind.GATE, "kept", random))).isTrue();
        // When
        HeldOut restored = restored(held, settings);
        // Then
        Pair kept = TestPairs.pair(PairKind.LABEL_CORRECTION, "kept", random);
        Pair forgotten = TestPairs.pair(PairKind.LABEL_CORRECTION, "forgotten", random);
        assertThat(restored.take(kept)).isTrue();
        assertThat(restored.take(kept)).as("waited for once").isFalse();
        assertThat(restored.take(forgotten)).isFalse();
    }

    @Test
    void aWorseVersionIsRefusedAndTheNextIsComparedWithTheOneBefore() {
        // Given: labels are what GOOD answers
        HeldOut held = held(gate(Mode.ENFORCING, 0, ""), 7);
        fill(held, 200, "");
        assertThat(held.judge(1, GOOD).reason()).contains("first version");
        // When
        GateDecision worse = held.judge(2, OTHER);
        GateDecision equal = held.judge(3, GOOD);
        // Then
        assertThat(worse.outcome()).isEqualTo(GateOutcome.REFUSED);
        assertThat(worse.reason()).startsWith("worse than version 1 on 200 held-out samples");
        assertThat(equal.outcome()).isEqualTo(GateOutcome.PASSED);
        assertThat(equal.reason())
                .startsWith("not worse than version 1 on 200")
                .contains("100.0 % -> 100.0 %");
        assertThat(held.judge(4, GOOD).reason()).startsWith("not worse than version 3");
    }

    @Test
    void anAdvisoryGateComparesWithTheWorseVersionNext() {
        // Given
        HeldOut held = held(gate(Mode.ADVISORY, 0, ""), 7);
        fill(held, 200, "");
        held.judge(1, GOOD);
        // When
        GateDecision worse = held.judge(2, OTHER);
        // Then
        assertThat(worse.outcome()).isEqualTo(GateOutcome.ADVISED_AGAINST);
        assertThat(held.judge(3, OTHER).reason()).startsWith("not worse than version 2");
    }

    @Test
    void aRestartChangesNoVerdictAndNoBitOfTheState() {
        // Given: a window with slices, a refused version, labels that came after it
        GateSettings settings = gate(Mode.ENFORCING, 0, "region");
        HeldOut held = held(settings, 7);
        fill(held, 150, "a region whose name is longer than sixty-four bytes: ");
        held.judge(1, GOOD);
        held.judge(2, OTHER);
        fill(held, 60, "");
        // When
        HeldOut restored = restored(held, settings);
        // Then
        assertThat(state(restored).toBytes()).isEqualTo(state(held).toBytes());
        assertThat(restored.judge(3, OTHER)).isEqualTo(held.judge(3, OTHER));
        assertThat(restored.judge(4, GOOD)).isEqualTo(held.judge(4, GOOD));
    }

    @Test
    void aRestartPartsNoSliceWhateverItsNameIsMadeOf() {
        for (String name : List.of("r".repeat(63) + "\uD83D\uDE00", "north\0east")) {
            // Given: two slices too small to be judged alone, or one that is large enough
            GateSettings settings = gate(Mode.ENFORCING, 0, "region");
            HeldOut held = held(settings, 7);
            fillRegion(held, 15, GOOD, name);
            fillRegion(held, 85, GOOD, "south");
            held.judge(1, GOOD);
            // When: the slice has labels from before and after a restart
            HeldOut restored = restored(held, settings);
            fillRegion(held, 15, GOOD, name);
            fillRegion(restored, 15, GOOD, name);
            // Then
            assertThat(restored.judge(2, OTHER)).isEqualTo(held.judge(2, OTHER));
            assertThat(state(restored).toBytes()).isEqualTo(state(held).toBytes());
        }
    }

    @Test
    void theWindowKeepsTheNewestLabels() {
        // Given: 300 fit, so only the later labels, which OTHER gives, are left
        HeldOut held = held(gate(Mode.ENFORCING, 0, ""), 7);
        fill(held, 300, "");
        held.judge(1, GOOD);
        // When
        fillAsAnswered(held, 300, OTHER);
        // Then
        GateDecision decision = held.judge(2, OTHER);
        assertThat(decision.outcome()).isEqualTo(GateOutcome.PASSED);
        assertThat(decision.metrics())
                .containsEntry("gate_samples", 300.0)
                .containsEntry("gate_accuracy_candidate", 1.0);
    }

    @Test
    void aGateThatIsTurnedOnLaterComparesWithTheVersionThatIsLive() {
        // Given: a state of version 3 without a gate, whose weights are GOOD
        StateWriter writer = writer();
        writer.floats("served.weights", GOOD);
        held(GateSettings.OFF, 7).save(writer);
        // When
        HeldOut held =
                HeldOut.restore(
                        gate(Mode.ENFORCING, 0, ""), SPEC, HeldOutTest::ready, 7, writer.done());
        fill(held, 200, "");
        // Then
        assertThat(held.judge(4, OTHER).reason()).startsWith("worse than version 3");
    }

    @Test
    void otherSlicesBeginWithAnEmptyWindow() {
        // Given
        HeldOut held = held(gate(Mode.ENFORCING, 0, ""), 7);
        fill(held, 200, "");
        held.judge(1, GOOD);
        // When
        HeldOut restored = restored(held, gate(Mode.ENFORCING, 0, "region"));
        // Then
        assertThat(restored.judge(2, OTHER).reason()).contains("0 held-out samples", "too few");
    }

    private static HeldOut held(GateSettings settings, long seed) {
        return new HeldOut(settings, SPEC, HeldOutTest::ready, seed);
    }

    private static GateSettings gate(Mode mode, double share, String slice) {
        return new GateSettings(mode, share, 300, 100, 0.05, slice, 0.02, 20, 1.5, 100);
    }

    /** Gate pairs with the labels that GOOD answers. */
    private static void fill(HeldOut held, int count, String region) {
        fillAsAnswered(held, count, GOOD, region);
    }

    private static void fillAsAnswered(HeldOut held, int count, float[] weights) {
        fillAsAnswered(held, count, weights, "");
    }

    private static void fillAsAnswered(HeldOut held, int count, float[] weights, String region) {
        fill(
                held,
                count,
                weights,
                i -> region.isEmpty() ? Map.of() : Map.of("region", region + i % 3));
    }

    private static void fillRegion(HeldOut held, int count, float[] weights, String region) {
        fill(held, count, weights, i -> Map.of("region", region));
    }

    private static void fill(
            HeldOut held, int count, float[] weights, IntFunction<Map<String, String>> attributes) {
        SplittableRandom random = new SplittableRandom(count);
        var forward = new io.decant.model.forward.MlpForward(SPEC);
        var ready = forward.weights(weights);
        float[] logits = new float[TestPairs.CLASSES];
        for (int i = 0; i < count; i++) {
            byte[] features = new byte[TestPairs.INPUTS];
            random.nextBytes(features);
            forward.logits(ready, features, 0, logits);
            held.take(
                    new Pair(
                            PairKind.GATE,
                            "g" + i,
                            ByteBuffer.wrap(features),
                            List.of(),
                            Optional.of(LabelClass.of(Logits.owning(logits.clone()).argmax())),
                            1,
                            attributes.apply(i)));
        }
    }

    private static HeldOut restored(HeldOut held, GateSettings settings) {
        return HeldOut.restore(
                settings, SPEC, HeldOutTest::ready, 7, LearnerState.read(state(held).toBytes()));
    }

    private static StudentForward ready(float[] weights) {
        return StudentForward.of(SPEC, weights, Optional.empty());
    }

    private static LearnerState state(HeldOut held) {
        StateWriter writer = writer();
        held.save(writer);
        return writer.done();
    }

    private static StateWriter writer() {
        StateWriter writer = new StateWriter();
        writer.text("format", LearnerState.FORMAT);
        writer.text("model", HEADER.model());
        writer.text("journal.topic-id", HEADER.journalTopicId());
        writer.longs("version", HEADER.version());
        writer.longs("journal.next-offsets", 1);
        return writer;
    }

    @Test
    void aHeldOutSampleTeachesNothingNeitherNorDoesItsLateLabel() {
        // Given: a journal, and the same one without what the gate chooses
        LearningSettings settings = TestPairs.withGate(gate(Mode.ENFORCING, 0.2, ""));
        List<Pair> journal = TestPairs.journal(1_200, new SplittableRandom(5));
        HeldOut chooser = held(settings.gate(), settings.seed());
        List<Pair> learned = new ArrayList<>();
        journal.forEach(
                pair -> {
                    if (!chooser.take(pair)) {
                        learned.add(pair);
                    }
                });
        try (Learner all = Learner.genesis(settings, PredictionListener.NONE);
                Learner rest = Learner.genesis(settings, PredictionListener.NONE)) {
            // When
            journal.forEach(all::take);
            learned.forEach(rest::take);
            LearnerState one = all.endVersion(true, HEADER).state();
            LearnerState other = rest.endVersion(true, HEADER).state();
            // Then
            assertThat(one.studentAverage()).isEqualTo(other.studentAverage());
            assertThat(one.shadowAverage()).isEqualTo(other.shadowAverage());
            assertThat(all.counters().gate()).isEqualTo(journal.size() - learned.size());
            assertThat(all.counters().gate()).isBetween(150L, 400L);
            assertThat(all.prequential()).isEqualTo(rest.prequential());
        }
    }
}
