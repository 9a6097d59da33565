package io.decant.trainer.replay;

import io.decant.records.Lineage;
import io.decant.trainer.TrainerConfig;
import io.decant.trainer.journal.Reading;
import java.util.List;

/**
 * What reading a version's records hands to whoever learns them, in this order: one {@link Begin},
 * any number of {@link Taken}, and one {@link End}; or a {@link Broken} instead of what would
 * follow. <i>Immutable.</i>
 */
sealed interface Piece {
    /**
     * A version begins.
     *
     * @param config as its lineage tells of it
     */
    record Begin(Lineage lineage, TrainerConfig config) implements Piece {}

    /** Records in the order in which they were learned. */
    record Taken(List<Reading> readings) implements Piece {}

    /**
     * All of the version's records were handed over, and they are those that it was learned from.
     *
     * @param nextOffsets first offset not taken in, for each journal partition
     */
    record End(List<Long> nextOffsets) implements Piece {
        public End {
            nextOffsets = List.copyOf(nextOffsets);
        }
    }

    /** The version cannot be made again from this journal and lineage; nothing follows. */
    record Broken(Verdict verdict) implements Piece {}
}
