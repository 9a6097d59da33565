package io.decant.trainer.learn;

import java.util.List;

/**
 * What one optimiser step learns. <i>Immutable.</i>
 *
 * @param live samples seen for the first time, at most {@link BatchPlanner#GROUP}, in arrival order
 * @param corrections late labels, at most {@link BatchPlanner#GROUP}, oldest first
 */
record Batch(List<Pair> live, List<Pair> corrections) {
    Batch {
        live = List.copyOf(live);
        corrections = List.copyOf(corrections);
    }

    /** Pairs that it is about: the live ones, or the corrections when there are no others. */
    int leading() {
        return live.isEmpty() ? corrections.size() : live.size();
    }

    int rows() {
        return live.size() + corrections.size();
    }
}
