package io.decant.cli.demo;

import io.decant.cli.run.LabelRule;
import io.decant.cli.run.Rendering;
import io.decant.cli.run.StreamPlan;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** The stream that a demo's options ask for. <i>Thread-safe: all methods are pure.</i> */
final class DemoStream {
    private DemoStream() {}

    /**
     * Plans it.
     *
     * @param candidates indices into the training files that may be streamed, in file order
     * @param classOf class of a training sample
     */
    static StreamPlan plan(
            DemoOptions options, List<Integer> candidates, IntUnaryOperator classOf, int classes) {
        int[] all = candidates.stream().mapToInt(Integer::intValue).toArray();
        if (options.shuffle()) {
            StreamPlan.shuffle(all, options.seed());
        }
        String run = "s" + options.seed();
        LabelRule rule =
                new LabelRule(
                        options.labelledShare(), options.labelNoise(), classes, options.seed());
        List<StreamPlan.Item> items =
                Arrays.stream(all)
                        .limit(options.samples().orElse(all.length))
                        .mapToObj(index -> item(run, index, classOf.applyAsInt(index), rule))
                        .toList();
        return new StreamPlan(items, options.labelDelay());
    }

    private static StreamPlan.Item item(String run, int index, int truth, LabelRule rule) {
        String id = StreamPlan.sampleId(run, index);
        return new StreamPlan.Item(id, index, Rendering.PLAIN, truth, rule.label(id, truth));
    }
}
