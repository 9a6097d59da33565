package io.decant.cli.scenario;

import io.decant.cli.run.LabelRule;
import io.decant.cli.run.Rendering;
import io.decant.cli.run.StreamPlan;
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

    StreamPlan plan() {
        String run = "s" + given.seed();
        int[] all =
                given.candidates().stream().mapToInt(Integer::intValue).filter(kept).toArray();
        StreamPlan.shuffle(all, given.seed());
        List<Integer> order =
                IntStream.of(all)
                        .limit(given.samples())
                        .boxed()
                        .sorted(Comparator.comparingInt(block::applyAsInt))
                        .toList();
        double share = given.asked().labels().orElse(labels);
        LabelRule rule = new LabelRule(share, noise, given.classes(), given.seed());
        List<StreamPlan.Item> items = new ArrayList<>();
        for (int position = 0; position < order.size(); position++) {
            int index = order.get(position);
            int truth = truth(index, meaning.apply(position));
            items.add(
                    new StreamPlan.Item(
                            index,
                            rendering.apply(position),
                            truth,
                            rule.label(StreamPlan.sampleId(run, index), truth)));
        }
        // What is under way was produced, but not learned yet.
        return new StreamPlan(run, items, delay == 0 ? 0 : delay + given.asked().ahead());
    }

    private int truth(int index, List<Integer> becomes) {
        int inFile = given.classOf()[index];
        return becomes.isEmpty() ? inFile : becomes.get(inFile);
    }
}
