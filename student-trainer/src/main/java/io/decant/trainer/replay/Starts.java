package io.decant.trainer.replay;

import io.decant.model.digest.Sha256;
import io.decant.records.Lineage;
import io.decant.trainer.learn.LearnerState;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Optional;

/** Chooses where a replay can begin. <i>Owned by one thread.</i> */
public final class Starts {
    private final ModelHistory history;

    /** Chooses for a history, which stays the caller's. */
    public Starts(ModelHistory history) {
        this.history = history;
    }

    /** The newest usable state of a version up to this one, else genesis. */
    public Start newestUpTo(long version) {
        return usable(history.states().headSet(version, true).descendingSet())
                .orElse(Start.GENESIS);
    }

    /** Where making all versions begins: as early as the history goes. */
    public Optional<Start> first() {
        return history.firstVersion() == 1
                ? Optional.of(Start.GENESIS)
                : oldestFrom(history.firstVersion() - 1);
    }

    /** The oldest usable state of a version from this one on. */
    public Optional<Start> oldestFrom(long version) {
        return usable(history.states().tailSet(version, true));
    }

    private Optional<Start> usable(Collection<Long> versions) {
        for (long version : versions) {
            Optional<LearnerState> state =
                    history.state(version).filter(found -> isAsRecorded(version, found));
            if (state.isPresent()) {
                return Optional.of(new Start(version, state));
            }
        }
        return Optional.empty();
    }

    /** A state must be the one that lineage tells of, as long as lineage tells of it. */
    private boolean isAsRecorded(long version, LearnerState state) {
        Lineage lineage = history.lineage().get(version);
        return state.header().version() == version
                && (lineage == null
                        || ByteBuffer.wrap(Sha256.of(state.toBytes()))
                                .equals(lineage.getStateDigest()));
    }
}
