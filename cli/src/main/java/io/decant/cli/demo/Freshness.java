package io.decant.cli.demo;

import io.decant.cli.run.RunWatch;
import io.decant.follower.reload.ServingSlot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How long after a sample was produced a gateway served a model that had learned from it. Collects
 * pairs and swaps in any order and works out the figures at the end. <i>Owned by one thread.</i>
 */
final class Freshness {
    private record Pair(int partition, long offset, long producedAtMillis) {}

    private record Swap(long[] learnedTo, long atMillis) {}

    /**
     * What one swap brought.
     *
     * @param atMillis when, since 1970-01-01T00:00Z
     * @param medianMillis of the samples that it was the first to have learned
     * @param oldestMillis the oldest of them
     */
    record OfSwap(long atMillis, long medianMillis, long oldestMillis) {}

    private final List<Pair> pairs = new ArrayList<>();
    private final List<Swap> swaps = new ArrayList<>();

    /** Of a run that was watched. */
    static Freshness of(RunWatch.View seen, List<ServingSlot.Swap> swaps, int partitions) {
        Freshness freshness = new Freshness();
        for (RunWatch.View.FirstPair pair : seen.firstPairs()) {
            freshness.pair(pair.partition(), pair.offset(), pair.producedAtMillis());
        }
        // A partition that a version learned nothing from stays where its predecessor was.
        long[] learnedTo = new long[partitions];
        for (ServingSlot.Swap swap : swaps) {
            for (RunWatch.View.Version version : seen.versions()) {
                if (version.manifest().getVersion() <= swap.version()) {
                    long[] to = RunWatch.learnedTo(version.manifest(), partitions);
                    Arrays.setAll(learnedTo, p -> Math.max(learnedTo[p], to[p]));
                }
            }
            freshness.swap(learnedTo, swap.swappedAtMillis());
        }
        return freshness;
    }

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
        List<Swap> ordered = ordered();
        long[] ages =
                pairs.stream()
                        .filter(pair -> pair.producedAtMillis >= notBeforeMillis)
                        .filter(pair -> first(ordered, pair) < ordered.size())
                        .mapToLong(pair -> age(ordered.get(first(ordered, pair)), pair))
                        .sorted()
                        .toArray();
        return ages.length == 0
                ? OptionalLong.empty()
                : OptionalLong.of(nearestRank(ages, quantile));
    }

    /** What each swap brought, in order; swaps that brought nothing new are left out. */
    List<OfSwap> bySwap() {
        List<Swap> ordered = ordered();
        Map<Integer, List<Pair>> brought =
                pairs.stream()
                        .collect(
                                Collectors.groupingBy(
                                        pair -> first(ordered, pair),
                                        TreeMap::new,
                                        Collectors.toList()));
        brought.remove(ordered.size());
        List<OfSwap> all = new ArrayList<>();
        brought.forEach(
                (index, some) -> {
                    Swap swap = ordered.get(index);
                    long[] ages =
                            some.stream().mapToLong(pair -> age(swap, pair)).sorted().toArray();
                    all.add(
                            new OfSwap(
                                    swap.atMillis, nearestRank(ages, 0.5), ages[ages.length - 1]));
                });
        return all;
    }

    private List<Swap> ordered() {
        return swaps.stream().sorted(Comparator.comparingLong(Swap::atMillis)).toList();
    }

    private static long age(Swap swap, Pair pair) {
        return swap.atMillis - pair.producedAtMillis;
    }

    private static long nearestRank(long[] sorted, double quantile) {
        int rank = (int) Math.ceil(quantile * sorted.length);
        return sorted[Math.max(0, Math.min(sorted.length, rank) - 1)];
    }

    /**
     * Which swap was the first to serve what had learned the pair; their number when none did.
     * Swaps learn more and more, so it is found by halving.
     */
    private static int first(List<Swap> ordered, Pair pair) {
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
        return low;
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
