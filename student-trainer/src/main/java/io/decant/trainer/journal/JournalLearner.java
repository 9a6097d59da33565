package io.decant.trainer.journal;

import io.decant.model.checkpoint.ErrorFeedback;
import io.decant.trainer.gate.GateDecision;
import io.decant.trainer.learn.Intake;
import io.decant.trainer.learn.JournalPosition;
import io.decant.trainer.learn.Learner;
import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.learn.SpanTracker;
import java.util.List;
import java.util.Map;

/**
 * A learner together with the account of what it took in, for whoever decides about borders: time
 * and publishes. Lineage is written from that account, and replay follows it with the same learner.
 * <i>Owned by one thread.</i>
 */
public final class JournalLearner implements AutoCloseable {
    private final String journalTopicId;
    private final Learner learner;
    private final SpanTracker spans;

    /**
     * Goes on from where the learner stands.
     *
     * @param learner closed together with this
     * @param nextOffsets first offset not taken in, for each journal partition
     */
    public JournalLearner(String journalTopicId, Learner learner, List<Long> nextOffsets) {
        this.journalTopicId = journalTopicId;
        this.learner = learner;
        this.spans = new SpanTracker(nextOffsets);
    }

    /** Takes a record in; learns when that fills a batch. */
    public void take(JournalRecord record, Reading reading) {
        spans.delivered(record.partition(), record.offset(), record.key(), record.value());
        reading.teach(learner, new JournalPosition(record.partition(), record.offset()));
    }

    /** A range is lost before it was learned, and the model goes on behind it. */
    public void skip(int partition, long to) {
        spans.skip(partition, to);
    }

    /** Closes the open batch here: a border that time or a publish sets, or that lineage names. */
    public void border() {
        learner.learnOpen();
        spans.border();
    }

    /**
     * What a version is.
     *
     * @param state the whole state after it
     * @param forms how readers can get its weights
     * @param gate whether it may be live
     * @param intake what it took in beyond its parent
     */
    public record Version(
            LearnerState state, ErrorFeedback.Forms forms, GateDecision gate, Intake intake) {}

    /**
     * Ends a version. What is open is learned, which is one more border.
     *
     * @param finished whether a finite stream ends here, and the shadow's open batch is learned too
     * @param configuration effective settings that can change a bit
     */
    public Version endVersion(
            String model, long version, boolean finished, Map<String, String> configuration) {
        if (learner.hasOpen()) {
            border();
        }
        Learner.Version ended =
                learner.endVersion(
                        finished,
                        new LearnerState.Header(
                                model,
                                version,
                                journalTopicId,
                                spans.nextOffsets(),
                                configuration));
        return new Version(ended.state(), ended.forms(), ended.gate(), spans.endVersion());
    }

    /** Journal records taken in since the last version. */
    public long records() {
        return spans.records();
    }

    /** Spans, gaps and borders since the last version: what its lineage record grows by. */
    public int entries() {
        return spans.entries();
    }

    /** First offset not taken in, for each journal partition. */
    public List<Long> nextOffsets() {
        return spans.nextOffsets();
    }

    public Learner learner() {
        return learner;
    }

    @Override
    public void close() {
        learner.close();
    }
}
