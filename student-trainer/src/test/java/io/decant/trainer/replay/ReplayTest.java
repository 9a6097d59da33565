package io.decant.trainer.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.model.checkpoint.Anchor;
import io.decant.model.spec.InitialWeights;
import io.decant.model.spec.ModelSpec;
import io.decant.records.GateOutcome;
import io.decant.records.Lineage;
import io.decant.records.Span;
import io.decant.serde.testing.FakeRegistry;
import io.decant.trainer.LocalFiles;
import io.decant.trainer.journal.JournalRecord;
import io.decant.trainer.learn.PredictionListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReplayTest {
    private static final int VERSIONS = 10;

    private FakeRegistry registry;
    private RecordedRun run;

    @BeforeEach
    void learnLive() {
        registry = FakeRegistry.start();
        run = new RecordedRun(registry, VERSIONS, 1);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private Replay replay() {
        return new Replay(run, ReplayWatcher.NONE, PredictionListener.NONE);
    }

    @Test
    void allVersionsOfAnUntouchedRunAreEqualInOnePassFromGenesis() {
        // When
        Outcome outcome = replay().verifyAll();
        // Then
        assertThat(outcome.allEqual()).isTrue();
        assertThat(outcome.equal()).isEqualTo(VERSIONS);
        assertThat(outcome.starts()).containsExactly(0L);
        Verdict.Equal last = outcome.lastEqual().orElseThrow();
        assertThat(last.version()).isEqualTo(VERSIONS);
        assertThat(last.stateSha256())
                .isEqualTo(hex(run.lineage.get((long) VERSIONS).getStateDigest()));
    }

    @Test
    void whatTheGateHeldOutAndRefusedIsPartOfWhatIsProven() {
        // Given: a run whose gate tested, let through and refused
        assertThat(run.gate.values())
                .anyMatch(decision -> decision.outcome() == GateOutcome.REFUSED)
                .anyMatch(
                        decision ->
                                decision.outcome() == GateOutcome.PASSED
                                        && decision.figures().isPresent());
        // When, Then: also from a state behind a refused version
        assertThat(replay().verifyAll().allEqual()).isTrue();
        for (long version = 5; version <= VERSIONS; version++) {
            assertThat(replay().verify(version).allEqual()).isTrue();
        }
    }

    @Test
    void aModelThatBeganWithAFileIsProvenFromItsBeginningWithThatFileOnly(@TempDir Path folder)
            throws IOException {
        // Given
        ModelSpec spec = run.config.spec();
        Path file = folder.resolve("start.safetensors");
        Files.write(file, weights(spec, 3));
        Path other = folder.resolve("other.safetensors");
        Files.write(other, weights(spec, 4));
        RecordedRun warm = new RecordedRun(registry, VERSIONS, 1, file.toString());
        assertThat(warm.lineage.get(1L).getWeightsDigest())
                .isNotEqualTo(run.lineage.get(1L).getWeightsDigest());
        // When
        Outcome with = replay(warm, Optional.of(file)).verifyAll();
        Outcome without = replay(warm, Optional.empty()).verifyAll();
        Outcome withAnother = replay(warm, Optional.of(other)).verifyAll();
        // Then: without it, from the first state that is kept
        assertThat(with.allEqual()).isTrue();
        assertThat(without.notVerifiable()).isEqualTo(4);
        assertThat(without.equal()).isEqualTo(VERSIONS - 4);
        assertThat(missing(without))
                .contains("needs that file: name it with init")
                .contains("sha256:");
        assertThat(missing(withAnother)).contains("the model began with sha256:");
    }

    private static String missing(Outcome outcome) {
        return ((Verdict.NotVerifiable) outcome.runs().get(0).verdict()).missing();
    }

    private static Replay replay(RecordedRun of, Optional<Path> init) {
        return new Replay(
                of,
                new LocalFiles(init, Optional.empty()),
                ReplayWatcher.NONE,
                PredictionListener.NONE);
    }

    private static byte[] weights(ModelSpec spec, long seed) {
        float[] weights = InitialWeights.uniform(spec, seed);
        ByteBuffer flat =
                ByteBuffer.allocate(weights.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        flat.asFloatBuffer().put(weights);
        return Anchor.encode(spec, flat);
    }

    @Test
    void oneVersionStartsAtTheNewestStateUpToItsParentNeverAtItsOwn() {
        // When
        Outcome ofSeven = replay().verify(7);
        Outcome ofEight = replay().verify(8);
        Outcome ofTwo = replay().verify(2);
        // Then
        assertThat(List.of(ofSeven, ofEight, ofTwo)).allMatch(Outcome::allEqual);
        assertThat(ofSeven.starts()).containsExactly(4L);
        assertThat(ofEight.starts()).containsExactly(4L);
        assertThat(ofTwo.starts()).containsExactly(0L);
        assertThat(ofEight.runs()).extracting(Outcome.Run::first).containsExactly(5L);
    }

    @Test
    void aStateThatLineageDoesNotKnowIsNotBegunWith() {
        // Given: the state of version 4 was exchanged
        run.states.put(4L, run.states.get(8L));
        // When
        Outcome outcome = replay().verify(6);
        // Then
        assertThat(outcome.starts()).containsExactly(0L);
        assertThat(outcome.allEqual()).isTrue();
    }

    /** Each damages version 6 in one way. */
    static Stream<Arguments> damages() {
        return Stream.of(
                damage("a changed byte", "the journal was changed", ReplayTest::changeAByte),
                damage("a dropped record", "the journal was changed", ReplayTest::dropARecord),
                damage("another seed", "lineage is damaged", run -> six(run).setSeed(8)),
                damage("swapped spans", "", run -> swapSpans(six(run))),
                damage(
                        "another learning rate",
                        "so lineage, configuration or code is not",
                        run -> six(run).getConfiguration().put("learning-rate", "0.002")),
                damage(
                        "a lost border",
                        "so lineage, configuration or code is not",
                        run -> six(run).setBorders(List.of())),
                damage(
                        "another processor",
                        "the processor can do",
                        run -> {
                            six(run).setCpuCapability("another");
                            six(run).setStateDigest(ByteBuffer.allocate(32));
                        }),
                damage(
                        "another engine",
                        "the trainer's was libtorch 1",
                        run -> {
                            six(run).setEngine("libtorch 1");
                            six(run).setWeightsDigest(ByteBuffer.allocate(32));
                        }),
                damage(
                        "other threads",
                        "the trainer's did with 4",
                        run -> {
                            six(run).setThreads(4);
                            six(run).setStateDigest(ByteBuffer.allocate(32));
                        }));
    }

    private static Arguments damage(String name, String cause, Consumer<RecordedRun> how) {
        return Arguments.of(name, cause, how);
    }

    private static Lineage six(RecordedRun run) {
        return run.lineage.get(6L);
    }

    private static void changeAByte(RecordedRun run) {
        JournalRecord old = run.firstRecordOf(6);
        byte[] value = old.value().clone();
        value[value.length - 1] ^= 1;
        run.replace(
                old,
                new JournalRecord(
                        old.partition(), old.offset(), old.timestampMillis(), old.key(), value));
    }

    private static void dropARecord(RecordedRun run) {
        JournalRecord gone = run.firstRecordOf(6);
        run.journal.get(gone.partition()).remove(gone);
    }

    private static void swapSpans(Lineage lineage) {
        List<Span> spans = new ArrayList<>(lineage.getSpans());
        Collections.swap(spans, 0, 1);
        lineage.setSpans(spans);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    void aDamagedVersionDiffersWithItsCauseAndNothingAfterItCountsAsEqualUntilAKeptState(
            String name, String cause, Consumer<RecordedRun> damage) {
        // Given
        damage.accept(run);
        // When
        Outcome all = replay().verifyAll();
        Outcome seventh = replay().verify(7);
        // Then: 1 to 5 equal, 6 differs, 7 and 8 not compared, 9 and 10 equal from the state of 8
        assertThat(all.runs()).extracting(Outcome.Run::first).containsExactly(1L, 6L, 7L, 9L);
        assertThat(all.runs().get(1).verdict())
                .isInstanceOfSatisfying(
                        Verdict.Differs.class,
                        differs -> assertThat(differs.likelyCause()).contains(cause));
        assertThat(all.runs().get(2).verdict())
                .isInstanceOfSatisfying(
                        Verdict.NotVerifiable.class,
                        gone -> assertThat(gone.missing()).contains("not compared: version 6"));
        assertThat(all.starts()).containsExactly(0L, 8L);
        assertThat(all.allEqual()).isFalse();
        assertThat(all.equal()).isEqualTo(7);
        assertThat(seventh.allEqual()).isFalse();
        assertThat(seventh.runs().get(2).verdict()).isInstanceOf(Verdict.NotVerifiable.class);
    }

    @Test
    void whatRetentionTookIsNotVerifiableAndTheRestIsProvenFromTheFirstStateBehindIt() {
        // Given
        run.expireJournalBefore(4);
        // When
        Outcome outcome = replay().verifyAll();
        // Then
        assertThat(outcome.starts()).containsExactly(0L, 4L);
        assertThat(outcome.equal()).isEqualTo(6);
        assertThat(outcome.notVerifiable()).isEqualTo(4);
        assertThat(outcome.different()).isZero();
        assertThat(outcome.allEqual()).isFalse();
    }

    @Test
    void withoutLineageAVersionIsNotVerifiable() {
        // Given
        run.lineage.headMap(3L).clear();
        // When
        Outcome outcome = replay().verifyAll();
        // Then
        assertThat(outcome.runs().get(0).verdict())
                .isEqualTo(new Verdict.NotVerifiable(2, "its lineage is no longer there"));
        assertThat(outcome.notVerifiable()).isEqualTo(4);
        assertThat(outcome.equal()).isEqualTo(6);
        assertThat(replay().verify(2).allEqual()).isFalse();
    }

    @Test
    void withoutAnyStateBehindTheLossNothingMoreIsVerifiable() {
        // Given
        run.expireJournalBefore(4);
        run.states.clear();
        // When
        Outcome outcome = replay().verifyAll();
        // Then
        assertThat(outcome.notVerifiable()).isEqualTo(VERSIONS);
        assertThat(outcome.equal()).isZero();
    }

    @Test
    void aRecreatedJournalTopicIsNotTakenForTheOldOne() {
        // Given
        run.lineage.values().forEach(each -> each.getSpans().forEach(s -> s.setTopicId("older")));
        // When
        Outcome outcome = replay().verify(1);
        // Then
        assertThat(outcome.runs().get(0).verdict())
                .isInstanceOfSatisfying(
                        Verdict.NotVerifiable.class,
                        gone -> assertThat(gone.missing()).contains("the topic was recreated"));
    }

    @Test
    void aPlanNamesStartRecordsAndWhatIsGone() {
        // Given
        long all = records(1, VERSIONS);
        long later = records(5, VERSIONS);
        // When
        Plan whole = new Planner(run).verifyAll();
        run.expireJournalBefore(4);
        run.lineage.remove(1L);
        Plan rest = new Planner(run).verifyAll();
        Plan one = new Planner(run).verify(6);
        // Then
        assertThat(whole.starts()).containsExactly(0L);
        assertThat(whole.records()).isEqualTo(all);
        assertThat(whole.missing()).isEmpty();
        assertThat(rest.starts()).containsExactly(4L);
        assertThat(rest.records()).isEqualTo(later);
        assertThat(rest.missing())
                .contains("the lineage of version 1 is gone")
                .anyMatch(text -> text.matches("journal partition 0 offsets .* are gone, of .*"));
        assertThat(one.starts()).containsExactly(4L);
        assertThat(one.versions()).isEqualTo(2);
        assertThat(one.measured()).isTrue();
        assertThat(one.missing()).isEmpty();
    }

    private long records(long first, long last) {
        return run.lineage.subMap(first, true, last, true).values().stream()
                .flatMap(version -> version.getSpans().stream())
                .mapToLong(Span::getRecords)
                .sum();
    }

    @Test
    void aTraceOfTheSameRunIsEqualAndOneOfAChangedRunNamesTheFirstStepThatDiffers(
            @TempDir Path folder) throws Exception {
        // Given
        Path first = folder.resolve("first.csv");
        trace(Optional.of(first), Optional.empty());
        List<String> lines = new ArrayList<>(Files.readAllLines(first));
        String[] changed = lines.get(20).split(",");
        changed[4] = "0.25";
        lines.set(20, String.join(",", changed));
        Path second = Files.write(folder.resolve("second.csv"), lines);
        // When
        LossTrace same = trace(Optional.empty(), Optional.of(first));
        LossTrace other = trace(Optional.empty(), Optional.of(second));
        // Then
        assertThat(lines.get(0)).isEqualTo("step,version,pairs,teacher_loss,label_loss");
        assertThat(same.difference()).isEmpty();
        assertThat(same.compared()).isEqualTo(lines.size() - 1);
        assertThat(other.difference().orElseThrow())
                .startsWith("step 20 (version ")
                .contains(",0.25");
    }

    private LossTrace trace(Optional<Path> write, Optional<Path> compare) throws Exception {
        try (LossTrace trace = new LossTrace(write, compare)) {
            assertThat(new Replay(run, trace, trace).verifyAll().allEqual()).isTrue();
            return trace;
        }
    }

    private static String hex(ByteBuffer digest) {
        byte[] bytes = new byte[digest.remaining()];
        digest.duplicate().get(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
