package io.decant.trainer.rerun;

import io.decant.trainer.learn.Counters;
import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.learn.Prequential;
import java.util.List;

/**
 * What a new run came to. <i>Immutable.</i>
 *
 * @param state of its last version
 * @param counters over the whole run
 * @param prequential scores of predictions that it made just before it learned
 * @param records journal records that it took in
 * @param excludedSamples excluded samples that it met
 * @param excludedRecords records of theirs, which it left out
 * @param recent the samples that it learned last
 */
public record RunOutcome(
        LearnerState state,
        Counters counters,
        Prequential prequential,
        long records,
        long excludedSamples,
        long excludedRecords,
        List<Example> recent) {
    public RunOutcome {
        recent = List.copyOf(recent);
    }

    /** Number of the last version; the first is 1. */
    public long versions() {
        return state.header().version();
    }
}
