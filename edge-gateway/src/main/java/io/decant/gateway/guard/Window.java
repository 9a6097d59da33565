package io.decant.gateway.guard;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The last comparisons, and whether they break a bound. Every bound is a share of the window's
 * size, not of what is in it: a breach is told as soon as the count for it is there, and never
 * because of a few unlucky answers at the beginning. Versions that follow each other faster than
 * the window fills share it: each holds what the one before had learned. Pure. <i>Owned by its
 * watch or trial.</i>
 */
final class Window {
    private final GuardSettings settings;
    private final int size;
    private final Deque<Comparison> recent = new ArrayDeque<>();
    private final Deque<Comparison> sure = new ArrayDeque<>();
    private long compared;
    private long broken;

    /**
     * Makes an empty window.
     *
     * @param size comparisons that it holds; of sure ones as many again
     */
    Window(GuardSettings settings, int size) {
        this.settings = settings;
        this.size = size;
    }

    void add(Comparison comparison) {
        compared++;
        broken += comparison.broken() ? 1 : 0;
        push(recent, comparison);
        if (comparison.sure() && !comparison.broken()) {
            push(sure, comparison);
        }
    }

    private void push(Deque<Comparison> deque, Comparison comparison) {
        if (deque.size() == size) {
            deque.removeFirst();
        }
        deque.addLast(comparison);
    }

    /** Comparisons ever added. */
    long compared() {
        return compared;
    }

    /** One sentence on the bound that is broken, if any. */
    Optional<String> breach() {
        if (broken > 0) {
            return Optional.of(
                    "it has no finite answer to a live request that the version beside it answers");
        }
        long slow = recent.stream().filter(Comparison::slow).count();
        if (2 * slow > size) {
            return Optional.of(
                    slow
                            + " of its last "
                            + recent.size()
                            + " answers took more than "
                            + settings.maxSlowdown()
                            + " times as long as the version beside it needs (guard.max-slowdown)");
        }
        long changed = sure.stream().filter(Comparison::changed).count();
        if (changed > settings.maxChurn() * size) {
            return Optional.of(
                    changed
                            + " of the last "
                            + sure.size()
                            + " answers that the version beside it was sure of are of another class; at most "
                            + count(settings.maxChurn())
                            + " may be (guard.max-churn)");
        }
        long moved = moved();
        if (moved > settings.maxDistance() * size) {
            return Optional.of(
                    "the classes that it answers are distributed differently: "
                            + moved
                            + " of the last "
                            + sure.size()
                            + " sure answers moved to other classes on balance; at most "
                            + count(settings.maxDistance())
                            + " may (guard.max-distance)");
        }
        return Optional.empty();
    }

    private String count(double share) {
        return String.format(Locale.ROOT, "%.0f", Math.floor(share * size));
    }

    /**
     * Half the sum of the differences between the two histograms: divided by the window's size, the
     * total variation distance. The inputs are the same, so a change of traffic does not move it.
     */
    private long moved() {
        Map<Integer, Integer> gains = new HashMap<>();
        for (Comparison comparison : sure) {
            gains.merge(comparison.candidateClass(), 1, Integer::sum);
            gains.merge(comparison.referenceClass(), -1, Integer::sum);
        }
        return gains.values().stream().mapToLong(gain -> Math.max(0, gain)).sum();
    }
}
