package io.decant.gateway.store;

import io.decant.follower.reload.CandidateCheck.Verdict;
import io.decant.follower.reload.HighestSeen;
import io.decant.follower.reload.Memory;

/**
 * Remembers on disk. What was seen is always written before the model that it belongs to. <i>Owned
 * by the follower's thread.</i>
 */
public final class DiskMemory implements Memory {
    private final SeenKeeper seen;
    private final LastGoodKeeper model;

    public DiskMemory(SeenKeeper seen, LastGoodKeeper model) {
        this.seen = seen;
        this.model = model;
    }

    @Override
    public HighestSeen seen() {
        return seen.current();
    }

    @Override
    public void saw(HighestSeen newer) {
        seen.saw(newer);
    }

    @Override
    public void served(Verdict.Accepted version) {
        model.served(version);
    }

    @Override
    public void servedAgain(Verdict.Accepted version) {
        model.servedAgain(version);
    }

    @Override
    public void saveIfDue() {
        seen.saveIfDue();
        model.saveIfDue();
    }

    @Override
    public void close() {
        seen.close();
        model.close();
    }
}
