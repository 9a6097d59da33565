package io.decant.trainer.learn;

import io.decant.records.PairKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Decides which pairs share an optimiser step. It sees pairs alone, never a clock or a poll, so the
 * same pairs and the same forced borders give the same steps.
 *
 * <p>A step is due when {@link #GROUP} live pairs are open; when {@link #GROUP} corrections wait
 * and no live pair is open; or when twice as many corrections wait. The wait in between lets
 * corrections that arrive one to one with new samples share their step. A step takes all open live
 * pairs, so a correction is never learned before the sample that it corrects was predicted.
 * <i>Owned by the learner.</i>
 */
final class BatchPlanner {
    /**
     * Pairs of one group of a step; also what each group's sum is divided by, even when it is
     * smaller.
     */
    static final int GROUP = 32;

    private final List<Pair> live = new ArrayList<>(GROUP);
    private final Deque<Pair> corrections = new ArrayDeque<>(2 * GROUP);

    /** Takes a pair in; the steps that it makes due must be learned before the next one. */
    void take(Pair pair) {
        if (pair.isLive()) {
            live.add(pair);
        } else if (pair.kind() == PairKind.LABEL_CORRECTION) {
            corrections.add(pair);
        }
    }

    /** The step that is due, if any. */
    Optional<Batch> due() {
        boolean due =
                live.size() == GROUP
                        || corrections.size() == 2 * GROUP
                        || (live.isEmpty() && corrections.size() >= GROUP);
        return due ? next() : Optional.empty();
    }

    /**
     * The next step of what is open, for a border that time or a publish sets; empty when nothing
     * is open.
     */
    Optional<Batch> next() {
        if (isEmpty()) {
            return Optional.empty();
        }
        List<Pair> oldest = new ArrayList<>(GROUP);
        while (oldest.size() < GROUP && !corrections.isEmpty()) {
            oldest.add(corrections.remove());
        }
        Batch batch = new Batch(live, oldest);
        live.clear();
        return Optional.of(batch);
    }

    boolean isEmpty() {
        return live.isEmpty() && corrections.isEmpty();
    }
}
