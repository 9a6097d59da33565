package io.decant.cli.scenario;

import io.decant.cli.run.LabelRule;
import io.decant.cli.run.Rendering;
import io.decant.cli.run.StreamPlan;
import io.decant.model.random.SplitMix64;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * A stream in the making: by default all candidates once, in an order that the seed permutes, each
 * with its label. <i>Owned by one thread.</i>
 */
final class Draft {
    private final Given given;
    private IntPredicate kept = index -> true;
    private IntUnaryOperator block = index -> 0;
    private IntFunction<Rendering> rendering = position -> Rendering.PLAIN;
    private IntFunction<List<Integer>> meaning = position -> List.of();
    private double labels = 1;
    private double noise;
    private int delay;
    private int passes = 1;

    Draft(Given given) {
        this.given = given;
    }

    /** Share of samples that get a label, unless the user says another. */
    Draft labels(double share) {
        labels = share;
        return this;
    }

    /** Probability that a label names another class. */
    Draft noise(double probability) {
        noise = probability;
        return this;
    }

    /** A label comes when its sample was learned at least this many samples ago. */
    Draft delay(int samples) {
        delay = samples;
        return this;
    }

    /** How the sample at each position is shown. */
    Draft rendering(IntFunction<Rendering> byPosition) {
        rendering = byPosition;
        return this;
    }

    /** What each class becomes at each position; an empty list changes nothing. */
    Draft meaning(IntFunction<List<Integer>> byPosition) {
        meaning = byPosition;
        return this;
    }

    /** Leaves training samples out. */
    Draft keep(IntPredicate index) {
        kept = index;
        return this;
    }

    /** Blocks come one after the other, in ascending order. */
    Draft blocks(IntUnaryOperator blockOfIndex) {
        block = blockOfIndex;
        return this;
    }

    /** Every sample comes so often, each time in another order. */
    Draft passes(int count) {
        passes = count;
        return this;
    }

    StreamPlan plan() {
        double share = given.asked().labels().orElse(labels);
        LabelRule rule = new LabelRule(share, noise, given.classes(), given.seed());
        int[] chosen = order(given.seed());
        List<StreamPlan.Item> items = new ArrayList<>();
        for (int pass = 0; pass < passes; pass++) {
            String run = "s" + given.seed() + (pass == 0 ? "" : "-pass" + (pass + 1));
            for (int index : pass == 0 ? chosen : again(chosen, pass)) {
                items.add(item(StreamPlan.sampleId(run, index), index, items.size(), rule));
            }
        }
        // What is under way was produced, but not learned yet.
        return new StreamPlan(items, delay == 0 ? 0 : delay + given.asked().ahead());
    }

    private int[] order(long seed) {
        int[] all = given.candidates().stream().mapToInt(Integer::intValue).filter(kept).toArray();
        StreamPlan.shuffle(all, seed);
        return IntStream.of(all)
                .limit(given.samples())
                .boxed()
                .sorted(Comparator.comparingInt(block::applyAsInt))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private int[] again(int[] chosen, int pass) {
        int[] order = chosen.clone();
        StreamPlan.shuffle(order, SplitMix64.at(given.seed(), pass));
        return order;
    }

    private StreamPlan.Item item(String id, int index, int position, LabelRule rule) {
        int truth = truth(index, meaning.apply(position));
        return new StreamPlan.Item(
                id, index, rendering.apply(position), truth, rule.label(id, truth));
    }

    private int truth(int index, List<Integer> becomes) {
        int inFile = given.classOf()[index];
        return becomes.isEmpty() ? inFile : becomes.get(inFile);
    }
}
