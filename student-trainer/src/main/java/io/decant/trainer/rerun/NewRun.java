package io.decant.trainer.rerun;

import io.decant.pipeline.record.RecordCodec;
import io.decant.records.OffsetRange;
import io.decant.trainer.TrainerConfig;
import io.decant.trainer.WarmStart;
import io.decant.trainer.journal.JournalLearner;
import io.decant.trainer.journal.JournalSource;
import io.decant.trainer.journal.Reading;
import io.decant.trainer.learn.Learner;
import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.learn.PredictionListener;
import io.decant.trainer.learn.SampleKey;
import io.decant.trainer.replay.Ahead;
import io.decant.trainer.replay.ModelHistory;
import io.decant.trainer.replay.ReplayWatcher;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Learns the journal once more as another model: in the order of the live model's lineage, with its
 * batch borders, without any teacher and without waiting. With nothing changed the weights are the
 * live model's, bit for bit.
 *
 * <p>A version of the new model holds one or more whole versions of the live one, because only
 * where these end it is certain that no batch is open, and the end of a version must not part one.
 * <i>Owned by one thread.</i>
 */
public final class NewRun implements AutoCloseable {
    /** Samples that models are compared on when there is no data set. */
    public static final int RECENT = 2000;

    /** Bundles that may wait to be learned. */
    private static final int BUNDLES_AHEAD = 32;

    /** Records between two signs of life. */
    private static final int RECORDS_PER_SIGN = 2000;

    private final RunPlan plan;
    private final String journalTopicId;
    private final VersionSink sink;
    private final ReplayWatcher watcher;
    private final PredictionListener listener;
    private final RecentPairs recent = new RecentPairs(RECENT);
    private final Set<String> teacherIds = new TreeSet<>();

    private Optional<Life> life = Optional.empty();
    private Optional<LearnerState> last = Optional.empty();
    private final Set<SampleKey> excluded = new HashSet<>();
    private long excludedRecords;
    private Optional<String> firstRefusal = Optional.empty();
    private String born = "";
    private long version;
    private boolean finished;
    private long records;

    /** A learner under one configuration; where the live model's changed, a new one begins. */
    private record Life(TrainerConfig config, Map<String, String> bits, JournalLearner learner) {}

    private NewRun(
            RunPlan plan,
            String journalTopicId,
            VersionSink sink,
            ReplayWatcher watcher,
            PredictionListener listener) {
        this.plan = plan;
        this.journalTopicId = journalTopicId;
        this.sink = sink;
        this.watcher = watcher;
        this.listener = listener;
    }

    /**
     * Runs a plan to its end.
     *
     * @param sink hears of each version; stays the caller's
     * @param watcher hears of records, and of the live model's versions that they belong to
     * @param listener hears of the new model's predictions and steps
     * @throws io.decant.trainer.journal.MissingRangeException when the journal lacks records
     * @throws IllegalArgumentException when nothing could be learned
     */
    public static RunOutcome run(
            ModelHistory history,
            RunPlan plan,
            VersionSink sink,
            ReplayWatcher watcher,
            PredictionListener listener) {
        try (JournalSource journal = history.openJournal();
                RecordCodec codec = history.openCodec();
                NewRun run = new NewRun(plan, journal.topicId(), sink, watcher, listener);
                Ahead<RunReader.Bundle> ahead =
                        new Ahead<>(
                                "new-run-reader",
                                BUNDLES_AHEAD,
                                new RunReader(plan, journal, codec)::read)) {
            return run.run(ahead);
        }
    }

    private RunOutcome run(Ahead<RunReader.Bundle> ahead) {
        for (Optional<RunReader.Bundle> next = ahead.next();
                next.isPresent();
                next = ahead.next()) {
            take(next.get());
        }
        if (pending() > 0) {
            endVersion(false);
        }
        Learner learner = current().learner().learner();
        if (learner.counters().steps() == 0) {
            throw new IllegalArgumentException(
                    "nothing was learned: of "
                            + records
                            + " journal records "
                            + learner.counters().leftOut()
                            + " were left out and "
                            + learner.counters().refused()
                            + " refused"
                            + firstRefusal.map(why -> "; the first: " + why).orElse(""));
        }
        return new RunOutcome(
                last.orElseThrow(),
                learner.counters(),
                learner.prequential(),
                records,
                excluded.size(),
                excludedRecords,
                recent.examples());
    }

    private Life current() {
        return life.orElseThrow();
    }

    private long pending() {
        return current().learner().records();
    }

    /** Ends the version that is open when this live version cannot be part of it. */
    private void begin(RunPlan.LiveVersion live) {
        Map<String, String> bits = live.config().bits();
        if (life.isEmpty()) {
            life = Optional.of(genesis(live.config(), bits));
        }
        List<OffsetRange> gaps =
                live.lineage().getGaps().stream()
                        .filter(gap -> gap.getTo() > plan.from().get(gap.getPartition()))
                        .filter(gap -> gap.getTo() <= plan.to().get(gap.getPartition()))
                        .toList();
        boolean another = !bits.equals(current().bits());
        TrainerConfig.Publish bounds = current().config().publish();
        int entries = live.cuts().size() + live.lineage().getBorders().size() + gaps.size();
        boolean full =
                current().learner().entries() + entries > bounds.lineageEntries()
                        || pending() + live.records() > bounds.pairs();
        if (pending() > 0 && (another || full || !gaps.isEmpty())) {
            endVersion(false);
        }
        if (another) {
            life = Optional.of(next(live.config(), bits));
        }
        gaps.forEach(gap -> current().learner().skip(gap.getPartition(), gap.getTo()));
    }

    private Life genesis(TrainerConfig config, Map<String, String> bits) {
        Optional<WarmStart> warm = WarmStart.of(config, Optional.empty());
        born = warm.map(WarmStart::digest).orElse("");
        return life(
                config, bits, WarmStart.genesis(config.learning(), warm, listener), plan.from());
    }

    private Life next(TrainerConfig config, Map<String, String> bits) {
        current().learner().close();
        // Nothing may be learned under the old configuration; then the model is born under this.
        return last.map(
                        state ->
                                life(
                                        config,
                                        bits,
                                        Learner.restore(config.learning(), state, listener),
                                        state.header().nextOffsets()))
                .orElseGet(() -> genesis(config, bits));
    }

    private Life life(
            TrainerConfig config, Map<String, String> bits, Learner learner, List<Long> offsets) {
        return new Life(config, bits, new JournalLearner(journalTopicId, learner, offsets));
    }

    private void take(RunReader.Bundle bundle) {
        RunPlan.LiveVersion live = bundle.live();
        if (bundle.begins()) {
            watcher.making(live.lineage().getVersion());
            begin(live);
        }
        bundle.entries().forEach(this::take);
        watcher.learned(bundle.entries().size());
        boolean rest = pending() > 0 || (version > 0 && !finished);
        if (bundle.ends() && live.whole() && live.lineage().getFinished() && rest) {
            endVersion(true);
        }
    }

    private void take(RunReader.Entry entry) {
        JournalLearner learner = current().learner();
        learner.take(entry.record(), entry.reading());
        for (int border = 0; border < entry.borders(); border++) {
            learner.border();
        }
        if (entry.reading() instanceof Reading.Usable usable) {
            recent.learned(usable.pair());
            usable.pair().answers().forEach(answer -> teacherIds.add(answer.teacherId()));
        } else if (entry.reading() instanceof Reading.Refused refused && firstRefusal.isEmpty()) {
            firstRefusal = Optional.of(refused.detail());
        } else if (entry.reading() instanceof Reading.LeftOut leftOut
                && current().config().filter().excludes(leftOut.sampleId())) {
            excluded.add(SampleKey.of(leftOut.sampleId()));
            excludedRecords++;
        }
        records++;
        if (records % RECORDS_PER_SIGN == 0) {
            sink.stillAlive();
        }
    }

    private void endVersion(boolean streamEnds) {
        Life now = current();
        version++;
        finished = streamEnds;
        JournalLearner.Version ended =
                now.learner().endVersion(plan.as(), version, finished, now.config().bits(born));
        last = Optional.of(ended.state());
        sink.ended(ended, now.learner().learner(), Set.copyOf(teacherIds), finished);
        teacherIds.clear();
    }

    @Override
    public void close() {
        life.ifPresent(now -> now.learner().close());
    }
}
