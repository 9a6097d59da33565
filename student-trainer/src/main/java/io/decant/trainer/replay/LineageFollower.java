package io.decant.trainer.replay;

import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.Lineage;
import io.decant.trainer.LocalFiles;
import io.decant.trainer.journal.JournalSource;
import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.learn.PredictionListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes versions again, one after the other, from the journal as their lineage says: the same
 * records in the same order, with batch borders where time or a publish had set them. Each version
 * is compared with the digests that lineage recorded. It reads and learns in turn, on one thread;
 * {@link Replay} does the same with reading ahead. <i>Owned by one thread.</i>
 */
public final class LineageFollower implements AutoCloseable {
    private final LineageReader reader;
    private final VersionMaker maker;

    /** Begins at a state, or at genesis with weights from the seed. */
    public LineageFollower(
            ClusterSettings cluster,
            RecordCodec codec,
            JournalSource journal,
            Optional<LearnerState> start,
            PredictionListener listener) {
        this(cluster, codec, journal, start, LocalFiles.NONE, listener);
    }

    /**
     * Begins at a state, or at genesis.
     *
     * @param codec reads journal records; stays the caller's, as the journal does
     * @param start the state of the parent of the first version that will be followed; empty when
     *     that is the first version of all
     * @param files of the model, if somebody knows where they are
     */
    public LineageFollower(
            ClusterSettings cluster,
            RecordCodec codec,
            JournalSource journal,
            Optional<LearnerState> start,
            LocalFiles files,
            PredictionListener listener) {
        reader = new LineageReader(cluster, codec, journal);
        maker = new VersionMaker(journal.topicId(), start, files, listener);
    }

    /**
     * Makes the next version again. After anything but {@link Verdict.Equal} the follower is of no
     * more use.
     *
     * @param lineage of the version after the last one
     */
    public Verdict follow(Lineage lineage) {
        List<Verdict> verdicts = new ArrayList<>(1);
        reader.read(
                lineage,
                piece -> {
                    if (verdicts.isEmpty()) {
                        maker.accept(piece).ifPresent(verdicts::add);
                    }
                });
        return verdicts.get(0);
    }

    /** The state after the last version that was equal, or the one begun with. */
    public Optional<LearnerState> state() {
        return maker.state();
    }

    @Override
    public void close() {
        maker.close();
    }
}
