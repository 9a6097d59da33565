package io.decant.model.checkpoint;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What has to be read to obtain a version's weights: the anchor of a version, or nothing when the
 * route begins at weights that are there already, then deltas. <i>Immutable.</i>
 *
 * @param anchor version whose anchor comes first; empty when the route begins at the head
 * @param deltas versions whose deltas follow, in order
 * @param bytes sum of all these forms
 */
public record WeightsRoute(OptionalLong anchor, List<Long> deltas, long bytes) {
    public WeightsRoute {
        deltas = List.copyOf(deltas);
    }

    /**
     * The forms that a version can be read in.
     *
     * @param parent version that the delta adds to
     * @param anchorBytes size of the anchor; empty when there is none
     * @param deltaBytes size of the delta; empty when there is none
     */
    public record Forms(long parent, OptionalLong anchorBytes, OptionalLong deltaBytes) {}

    /**
     * The route of fewest bytes; of equal ones that with fewer deltas.
     *
     * @param head version whose weights are there already; empty for none
     * @param known forms of versions by number: those that have not been removed
     * @return empty when a form is missing on every way
     */
    public static Optional<WeightsRoute> to(
            long wanted, OptionalLong head, Map<Long, Forms> known) {
        Optional<WeightsRoute> best = Optional.empty();
        Deque<Long> deltas = new ArrayDeque<>();
        long bytes = 0;
        long version = wanted;
        // Back along the parents; each version is met once, as a parent is older than its child.
        while (best.isEmpty() || bytes < best.get().bytes()) {
            if (head.isPresent() && head.getAsLong() == version) {
                return Optional.of(
                        new WeightsRoute(OptionalLong.empty(), List.copyOf(deltas), bytes));
            }
            Forms forms = known.get(version);
            if (forms == null) {
                return best;
            }
            if (forms.anchorBytes().isPresent()) {
                long whole = bytes + forms.anchorBytes().getAsLong();
                if (best.isEmpty() || whole < best.get().bytes()) {
                    best =
                            Optional.of(
                                    new WeightsRoute(
                                            OptionalLong.of(version), List.copyOf(deltas), whole));
                }
            }
            if (forms.deltaBytes().isEmpty() || forms.parent() >= version) {
                return best;
            }
            deltas.addFirst(version);
            bytes += forms.deltaBytes().getAsLong();
            version = forms.parent();
        }
        return best;
    }
}
