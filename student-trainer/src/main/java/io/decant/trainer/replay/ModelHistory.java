package io.decant.trainer.replay;

import io.decant.model.checkpoint.Anchor;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.CheckpointManifest;
import io.decant.records.Lineage;
import io.decant.trainer.journal.JournalSource;
import io.decant.trainer.learn.LearnerState;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;

/**
 * What a replay reads of one model: how its versions came to be, where it can begin, and the
 * journal. It is what there was when the history was opened; versions that are published later are
 * not in it. <i>Owned by one thread; what it opens belongs to whoever asked.</i>
 */
public interface ModelHistory extends AutoCloseable {
    /** The model's name. */
    String model();

    /**
     * The installation that the model was learned in. Of an exported journal only names and counts
     * hold; nothing can be asked there.
     */
    ClusterSettings cluster();

    /** Kafka's id of the journal topic. */
    String journalTopicId();

    /** The first version that the history is about; an export may begin later than at 1. */
    default long firstVersion() {
        return 1;
    }

    /** How versions came to be, by version, as far as it is still known. */
    NavigableMap<Long, Lineage> lineage();

    /** The manifests of versions that are not removed, by version. */
    NavigableMap<Long, CheckpointManifest> manifests();

    /** Versions whose state is likely to be there: kept ones, and the newest. */
    NavigableSet<Long> states();

    /** A version's state, verified by its digest; empty when it is not there or is damaged. */
    Optional<LearnerState> state(long version);

    /** A version's specification and weights, verified; empty when they are not there. */
    default Optional<Anchor> weights(long version) {
        return state(version)
                .map(state -> Anchor.decode(Anchor.encode(state.spec(), state.published())));
    }

    /** Opens the journal for one pass in the order of lineage. */
    JournalSource openJournal();

    /** Makes what turns the journal's bytes into records; each thread needs its own. */
    RecordCodec openCodec();

    @Override
    void close();
}
