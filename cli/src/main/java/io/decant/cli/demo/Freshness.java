package io.decant.cli.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * How long after a sample was produced a gateway served a model that had learned from it. Collects
 * pairs and swaps in any order and works out the figures at the end. <i>Owned by one thread.</i>
 */
final class Freshness {
    private record Pair(int partition, long offset, long producedAtMillis) {}

    private record Swap(long[] learnedTo, long atMillis) {}

    private final List<Pair> pairs = new ArrayList<>();
    private final List<Swap> swaps = new ArrayList<>();

    /** A sample's first pair in the journal. */
    void pair(int partition, long offset, long producedAtMillis) {
        pairs.add(new Pair(partition, offset, producedAtMillis));
    }

    /**
     * A gateway began to serve a version.
     *
     * @param learnedTo first offset that the version has not learned, for each journal partition
     */
    void swap(long[] learnedTo, long atMillis) {
        swaps.add(new Swap(learnedTo.clone(), atMillis));
    }

    /**
     * A quantile of freshness.
     *
     * @param quantile 0 to 1
     * @param notBeforeMillis samples produced earlier (warm-up) do not count
     * @return milliseconds by the nearest-rank rule; empty when no sample counts
     */
    OptionalLong quantileMillis(double quantile, long notBeforeMillis) {
        List<Swap> ordered =
                swaps.stream().sorted((a, b) -> Long.compare(a.atMillis, b.atMillis)).toList();
        long[] ages =
                pairs.stream()
                        .filter(pair -> pair.producedAtMillis >= notBeforeMillis)
                        .mapToLong(pair -> served(ordered, pair))
                        .filter(age -> age >= 0)
                        .sorted()
                        .toArray();
        if (ages.length == 0) {
            return OptionalLong.empty();
        }
        int rank = (int) Math.ceil(quantile * ages.length);
        return OptionalLong.of(ages[Math.max(0, Math.min(ages.length, rank) - 1)]);
    }

    /** Swaps learn more and more, so the first that holds the pair is found by halving. */
    private static long served(List<Swap> ordered, Pair pair) {
        int low = 0;
        int high = ordered.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ordered.get(middle).learnedTo[pair.partition] > pair.offset) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low == ordered.size() ? -1 : ordered.get(low).atMillis - pair.producedAtMillis;
    }

    @Override
    public String toString() {
        return "Freshness[pairs="
                + pairs.size()
                + ", swaps="
                + swaps.size()
                + ", last="
                + (swaps.isEmpty() ? "" : Arrays.toString(swaps.get(swaps.size() - 1).learnedTo))
                + "]";
    }
}
