package io.decant.cli.scenario;

import io.decant.cli.run.Answers;
import io.decant.model.random.SplitMix64;
import java.util.List;

/** Some classes are rare in the stream, as they are not in the test files. <i>Immutable.</i> */
record SkewedPrior() implements Scenario {
    /** Keeps the draws of this scenario apart from others of the same seed. */
    private static final long STREAM = 0x736b657765640000L;

    private static final String ROW = "rare classes";
    private static final Figure RARE = Figure.share("rareRecall", "recall of the rare");
    private static final Figure SHADOW_RARE = Figure.share("shadowRareRecall", "the same, shadow");

    @Override
    public String name() {
        return "skewed-prior";
    }

    @Override
    public String about() {
        return "Some classes (--classes; default: the second half) come a share as often (--shares) as in the files.";
    }

    private static List<Integer> rare(Given given) {
        List<Integer> every = given.everyClass();
        return given.classesOr(every.subList(every.size() / 2, every.size()));
    }

    @Override
    public List<Trial> trials(Given given) {
        List<Integer> rare = rare(given);
        double share = given.sharesOr(0.05).get(0);
        return List.of(
                Trial.of(
                        ROW,
                        new Draft(given)
                                .keep(
                                        index ->
                                                !rare.contains(given.classOf()[index])
                                                        || SplitMix64.unit(
                                                                        given.seed() ^ STREAM,
                                                                        index)
                                                                < share)
                                .plan()));
    }

    @Override
    public List<Measure> measures(Given given) {
        List<Integer> rare = rare(given);
        return List.of(
                new Measure(RARE, seen -> recall(seen.holdout(), rare)),
                new Measure(
                        SHADOW_RARE,
                        seen ->
                                seen.shadowHoldout()
                                        .map(shadow -> recall(shadow, rare))
                                        .orElse(null)),
                Measure.HOLDOUT,
                Measure.SHADOW,
                Measure.PREQUENTIAL);
    }

    private static double recall(Answers answers, List<Integer> classes) {
        return classes.stream().mapToDouble(answers::recall).average().orElse(Double.NaN);
    }

    @Override
    public String shows(Summary summary) {
        return "Of the rare classes the student recognises "
                + summary.text(ROW, RARE)
                + ", the shadow "
                + summary.text(ROW, SHADOW_RARE)
                + ".";
    }
}
