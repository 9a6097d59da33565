package io.decant.trainer.rerun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.model.digest.Sha256;
import io.decant.model.spec.ModelSpec;
import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.Lineage;
import io.decant.trainer.journal.JournalLearner;
import io.decant.trainer.journal.JournalSource;
import io.decant.trainer.journal.MissingRangeException;
import io.decant.trainer.learn.Learner;
import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.learn.PredictionListener;
import io.decant.trainer.learn.SampleKey;
import io.decant.trainer.learn.Span;
import io.decant.trainer.replay.LineageFollower;
import io.decant.trainer.replay.ReplayWatcher;
import io.decant.trainer.replay.Verdict;
import io.decant.trainer.replay.WrittenLineage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NewRunTest {
    private static final long SEED = Long.getLong("test.seed", 20261122L);
    private static final int SAMPLES = 600;
    private static final int ODD = 17;

    /** Remembers what it was given. */
    private static final class Kept implements VersionSink {
        final List<Lineage> lineage = new ArrayList<>();
        final List<JournalLearner.Version> versions = new ArrayList<>();

        @Override
        public void ended(
                JournalLearner.Version version,
                Learner learner,
                Set<String> teacherIds,
                boolean finished) {
            versions.add(version);
            lineage.add(
                    WrittenLineage.of(version.state(), version.intake(), finished, learner.seed()));
        }

        @Override
        public void stillAlive() {}

        @Override
        public void close() {}
    }

    private static List<Long> never(Instant time) {
        throw new AssertionError("nobody asked for a time");
    }

    private static RunOutcome run(LearnedJournal journal, RunRequest request, VersionSink sink) {
        RunPlan plan = RunPlan.of(journal, request, NewRunTest::never);
        return NewRun.run(journal, plan, sink, ReplayWatcher.NONE, PredictionListener.NONE);
    }

    private static RunRequest with(String... settings) {
        return new RunRequest(
                "other",
                Optional.empty(),
                Optional.empty(),
                List.of(settings),
                Optional.empty(),
                Set.of());
    }

    private static RunRequest without(int... samples) {
        Set<SampleKey> keys = new java.util.HashSet<>();
        for (int sample : samples) {
            keys.add(SampleKey.of(LearnedJournal.id(sample)));
        }
        return new RunRequest(
                "other", Optional.empty(), Optional.empty(), List.of(), Optional.empty(), keys);
    }

    private static RunRequest between(String from, String to) {
        return new RunRequest(
                "other",
                Optional.ofNullable(from).map(text -> RunBound.parse("--from", text)),
                Optional.ofNullable(to).map(text -> RunBound.parse("--to", text)),
                List.of(),
                Optional.empty(),
                Set.of());
    }

    private static String weights(LearnerState state) {
        return HexFormat.of().formatHex(Sha256.of(state.published()));
    }

    @Test
    void aRunWithNothingChangedHasTheLiveModelsWeights() {
        try (LearnedJournal journal = LearnedJournal.of(SAMPLES, SEED)) {
            // Given a live model with many versions
            assertThat(journal.lineage()).hasSizeGreaterThan(5);
            // When
            Kept kept = new Kept();
            RunOutcome outcome = run(journal, RunRequest.unchanged("other"), kept);
            // Then its own versions are fewer, and the last has the same weights, shadow included
            assertThat(weights(outcome.state())).isEqualTo(weights(journal.newest()));
            assertThat(outcome.state().shadowAverage()).isEqualTo(journal.newest().shadowAverage());
            assertThat(outcome.state().header().nextOffsets())
                    .isEqualTo(journal.newest().header().nextOffsets());
            // Its versions end where the stream seemed to end, and nowhere else
            assertThat(kept.versions).hasSize(2);
            assertThat(kept.lineage.get(1).getGaps()).hasSize(1);
            assertThat(outcome.state().header().model()).isEqualTo("other");
        }
    }

    @Test
    void smallVersionsChangeNoWeight() {
        try (LearnedJournal journal = LearnedJournal.of(SAMPLES, SEED)) {
            // When each version of the new run may hold few lineage entries, or few records
            Kept byEntries = new Kept();
            RunOutcome one = run(journal, with("publish.lineage-entries=40"), byEntries);
            Kept byRecords = new Kept();
            RunOutcome two = run(journal, with("publish.pairs=100"), byRecords);
            // Then
            assertThat(byEntries.versions).hasSizeGreaterThan(2);
            assertThat(byRecords.versions).hasSizeGreaterThan(2);
            assertThat(weights(one.state())).isEqualTo(weights(journal.newest()));
            assertThat(weights(two.state())).isEqualTo(weights(journal.newest()));
        }
    }

    @Test
    void everyVersionOfANewRunCanBeVerified() {
        try (LearnedJournal journal = LearnedJournal.of(SAMPLES, SEED)) {
            // Given a run with other settings, without some samples, in several versions
            Kept kept = new Kept();
            RunRequest request =
                    new RunRequest(
                            "other",
                            Optional.of(RunBound.parse("--from", "1:20")),
                            Optional.empty(),
                            List.of("alpha=0.4", "publish.pairs=150"),
                            Optional.empty(),
                            without(3, ODD).exclude());
            run(journal, request, kept);
            assertThat(kept.lineage).hasSizeGreaterThan(2);
            // When it is replayed as its own lineage says, Then every version is equal
            try (JournalSource source = journal.openJournal();
                    RecordCodec codec = journal.openCodec();
                    LineageFollower follower =
                            new LineageFollower(
                                    journal.cluster(),
                                    codec,
                                    source,
                                    Optional.empty(),
                                    PredictionListener.NONE)) {
                for (Lineage version : kept.lineage) {
                    assertThat(follower.follow(version)).isInstanceOf(Verdict.Equal.class);
                }
            }
        }
    }

    @Test
    void aChangedSettingOrSpecificationGivesOtherWeights() {
        try (LearnedJournal journal = LearnedJournal.of(SAMPLES, SEED)) {
            // When
            RunOutcome other = run(journal, with("learning-rate=0.002"), new Kept());
            ModelSpec live = journal.config("0.7").spec();
            RunOutcome wider =
                    run(
                            journal,
                            new RunRequest(
                                    "other",
                                    Optional.empty(),
                                    Optional.empty(),
                                    List.of(),
                                    Optional.of(
                                            ModelSpec.mlp(
                                                    List.of(
                                                            LearnedJournal.INPUTS,
                                                            20,
                                                            LearnedJournal.CLASSES),
                                                    live.input())),
                                    Set.of()),
                            new Kept());
            // Then
            assertThat(weights(other.state())).isNotEqualTo(weights(journal.newest()));
            assertThat(wider.state().spec().mlp().dims())
                    .containsExactly(LearnedJournal.INPUTS, 20, LearnedJournal.CLASSES);
            assertThat(wider.counters().pairs()).isEqualTo(other.counters().pairs());
        }
    }

    @Test
    void anExcludedSampleHasNoInfluence() {
        try (LearnedJournal one = LearnedJournal.of(SAMPLES, SEED, ODD, 1);
                LearnedJournal two = LearnedJournal.of(SAMPLES, SEED, ODD, 2)) {
            // Given two journals that differ in one sample, which has a pair and a late label
            assertThat(weights(one.newest())).isNotEqualTo(weights(two.newest()));
            // When both are learned without it
            RunOutcome withoutOne = run(one, without(ODD), new Kept());
            RunOutcome withoutTwo = run(two, without(ODD), new Kept());
            RunOutcome with = run(one, RunRequest.unchanged("other"), new Kept());
            // Then nothing of it is in the weights, and its records are counted
            assertThat(weights(withoutOne.state())).isEqualTo(weights(withoutTwo.state()));
            assertThat(weights(withoutOne.state())).isNotEqualTo(weights(with.state()));
            assertThat(withoutOne.counters().leftOut()).isEqualTo(2);
            assertThat(withoutOne.counters().pairs()).isEqualTo(with.counters().pairs() - 1);
            assertThat(withoutOne.state().header().configuration())
                    .containsEntry("model.exclude", SampleKey.of(LearnedJournal.id(ODD)).text());
        }
    }

    @Test
    void onlyWhatIsBetweenTheBoundsIsLearned() {
        try (LearnedJournal journal = LearnedJournal.of(SAMPLES, SEED)) {
            List<Long> ends = journal.ends();
            // When
            Kept kept = new Kept();
            run(journal, between("0:30,2:10", "1:40,2:70"), kept);
            // Then each partition is tiled between its bounds, and begins and ends there
            for (int partition = 0; partition < ends.size(); partition++) {
                int p = partition;
                List<Span> spans =
                        kept.versions.stream()
                                .flatMap(version -> version.intake().spans().stream())
                                .filter(span -> span.partition() == p)
                                .toList();
                long from = Map.of(0, 30L, 2, 10L).getOrDefault(p, 0L);
                long to = Map.of(1, 40L, 2, 70L).getOrDefault(p, ends.get(p));
                assertThat(spans.get(0).first()).isBetween(from, from + 1);
                assertThat(spans.get(spans.size() - 1).last()).isBetween(to - 2, to - 1);
                assertThat(kept.versions.get(0).intake().from().get(p)).isEqualTo(from);
            }
        }
    }

    @Test
    void aTimeIsLookedUpInTheJournal() {
        try (LearnedJournal journal = LearnedJournal.of(SAMPLES, SEED)) {
            // Given a time at which the last partition has nothing any more
            Instant time = Instant.parse("2026-11-22T08:00:00Z");
            List<Long> there = List.of(30L, 0L, 10L, Long.MAX_VALUE);
            // When
            RunPlan plan =
                    RunPlan.of(
                            journal,
                            between(time.toString(), null),
                            asked -> {
                                assertThat(asked).isEqualTo(time);
                                return there;
                            });
            // Then
            assertThat(plan.from()).containsExactly(30L, 0L, 10L, journal.ends().get(3));
            assertThat(plan.isWhole()).isFalse();
        }
    }

    @Test
    void anExportedJournalIsSearchedForATime() {
        try (LearnedJournal journal = LearnedJournal.of(SAMPLES, SEED)) {
            // Given records that are all of one time
            Instant time = Instant.ofEpochMilli(LearnedJournal.APPENDED_MILLIS);
            // When, Then
            assertThat(TimeLookup.scan(journal, time)).containsExactly(0L, 0L, 0L, 0L);
            assertThat(TimeLookup.scan(journal, time.plusMillis(1))).isEqualTo(journal.ends());
        }
    }

    @Test
    void aSurveyNamesWhatIsMissingAndWhereToBegin() {
        try (LearnedJournal journal = LearnedJournal.of(SAMPLES, SEED)) {
            // Given
            RunPlan whole = RunPlan.of(journal, RunRequest.unchanged("other"), NewRunTest::never);
            assertThat(Survey.of(journal, whole).missing()).isEmpty();
            assertThat(whole.records()).isEqualTo(journal.records() - 7);
            assertThat(Survey.of(journal, whole).estimatedBytes())
                    .isBetween(50 * whole.records(), 500 * whole.records());
            // When
            journal.expireJournalBefore(2, 15);
            // Then
            assertThat(Survey.of(journal, whole).missing())
                    .containsExactly(
                            "partition 2 offsets 0 to 14 are gone; --from 2:15 begins behind them");
        }
    }

    @Test
    void aRunMayBeginWhereTheJournalStillHasRecords() {
        try (LearnedJournal journal = LearnedJournal.of(SAMPLES, SEED)) {
            // Given
            journal.expireLineageUpTo(2);
            journal.expireJournalBefore(0, 50);
            // When, Then
            assertThatThrownBy(() -> run(journal, RunRequest.unchanged("other"), new Kept()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("lineage of versions 1 to 2")
                    .hasMessageContaining("--from");
            List<Long> start = journal.lineage().firstEntry().getValue().getStartOffsets();
            String from = "1:" + start.get(1);
            assertThatThrownBy(() -> run(journal, between(from, null), new Kept()))
                    .isInstanceOf(MissingRangeException.class);
            assertThat(run(journal, between("0:50," + from, null), new Kept()).versions())
                    .isEqualTo(2);
        }
    }

    @Test
    void whatCannotBeIsRefusedWithASentence() {
        try (LearnedJournal journal = LearnedJournal.of(SAMPLES, SEED)) {
            assertThatThrownBy(() -> run(journal, RunRequest.unchanged("student"), new Kept()))
                    .hasMessageContaining("another name than the live one, 'student'");
            assertThatThrownBy(() -> run(journal, with("learning-rat=1"), new Kept()))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("did you mean learning-rate?");
            assertThatThrownBy(
                            () -> run(journal, with("batch.linger=1s", "model.name=x"), new Kept()))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("by time")
                    .hasMessageContaining("--as");
            assertThatThrownBy(() -> run(journal, with("model.input.shape=3"), new Kept()))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("dims must start with the input's size 3");
            assertThatThrownBy(() -> run(journal, between("9:1", null), new Kept()))
                    .hasMessageContaining("there is no partition 9");
            assertThatThrownBy(() -> run(journal, between("0:50", "0:40"), new Kept()))
                    .hasMessageContaining("--from must not be behind --to");
            assertThatThrownBy(
                            () ->
                                    run(
                                            journal,
                                            with("model.input.shape=3", "model.dims=3,4"),
                                            new Kept()))
                    .hasMessageContaining("nothing was learned")
                    .hasMessageContaining("refused; the first:");
        }
    }
}
