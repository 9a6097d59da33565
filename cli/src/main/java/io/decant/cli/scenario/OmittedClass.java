package io.decant.cli.scenario;

import io.decant.cli.run.Answers;
import java.util.List;

/** A class that no sample of the stream has: only the teacher knows it. <i>Immutable.</i> */
record OmittedClass() implements Scenario {
    /** The teacher alone teaches the student; labels teach the shadow. */
    private static final Variant TEACHER_ALONE =
            Variant.of("teacher alone", "trainer.trust.enabled=false", "trainer.alpha=1");

    /** What a student can tell of a class from others, it learns slowly. */
    private static final int PASSES = 5;

    private static final Variant DEFAULT = Variant.of("with labels");
    private static final Figure RECALL = Figure.share("recall", "recall on it");
    private static final Figure SHADOW_RECALL =
            Figure.share("shadowRecall", "recall on it, shadow");
    private static final Figure AFTER = Figure.share("recallAfterBias", "recall after a bias step");
    private static final Figure SHADOW_AFTER =
            Figure.share("shadowRecallAfterBias", "the same, shadow");
    private static final Figure HOLDOUT_AFTER =
            Figure.share("holdoutAfterBias", "hold-out after a bias step");

    @Override
    public String name() {
        return "omitted-class";
    }

    @Override
    public String about() {
        return "A class never comes (--classes: a stream each), the others five times: what is learned of it from the teacher's answers.";
    }

    private static String row(int omitted) {
        return "without class " + omitted;
    }

    /** Those that were asked for, else one in a third of their order. */
    private static List<Integer> omitted(Given given) {
        return given.classesOr(List.of(given.classes() / 3));
    }

    @Override
    public List<Trial> trials(Given given) {
        return omitted(given).stream()
                .map(
                        omitted ->
                                Trial.of(
                                                row(omitted),
                                                new Draft(given)
                                                        .passes(PASSES)
                                                        .keep(
                                                                index ->
                                                                        given.classOf()[index]
                                                                                != omitted)
                                                        .plan())
                                        .with(TEACHER_ALONE, DEFAULT)
                                        .withUnlabelled())
                .toList();
    }

    @Override
    public List<Measure> measures(Given given) {
        return List.of(
                new Measure(RECALL, seen -> seen.holdout().recall(missing(seen))),
                new Measure(
                        SHADOW_RECALL,
                        seen ->
                                seen.shadowHoldout()
                                        .map(shadow -> shadow.recall(missing(seen)))
                                        .orElse(null)),
                new Measure(
                        AFTER,
                        seen ->
                                stepped(seen.holdout(), seen.unlabelled().orElseThrow(), seen)
                                        .recall(missing(seen))),
                new Measure(
                        SHADOW_AFTER,
                        seen ->
                                seen.shadowHoldout()
                                        .map(
                                                shadow ->
                                                        stepped(
                                                                        shadow,
                                                                        seen.shadowUnlabelled()
                                                                                .orElseThrow(),
                                                                        seen)
                                                                .recall(missing(seen)))
                                        .orElse(null)),
                Measure.HOLDOUT,
                new Measure(
                        HOLDOUT_AFTER,
                        seen ->
                                stepped(seen.holdout(), seen.unlabelled().orElseThrow(), seen)
                                        .accuracy()));
    }

    private static Answers stepped(Answers answers, Answers unlabelled, Observation seen) {
        int omitted = missing(seen);
        return answers.withBias(omitted, BiasStep.of(unlabelled, omitted));
    }

    /** The class that the stream does not have. */
    private static int missing(Observation seen) {
        boolean[] streamed = new boolean[seen.holdout().classCount()];
        for (int position = 0; position < seen.plan().samples(); position++) {
            streamed[seen.plan().item(position).truth()] = true;
        }
        for (int each = 0; each < streamed.length; each++) {
            if (!streamed[each]) {
                return each;
            }
        }
        throw new IllegalStateException(
                "the stream has all classes; expected one that is left out");
    }

    @Override
    public String shows(Summary summary) {
        String row = summary.rows().get(0);
        return "Of a class that it never saw the student recognises "
                + summary.text(row, RECALL)
                + ", and "
                + summary.text(row, AFTER)
                + " after a bias step; trained on labels it recognises "
                + summary.text(row, SHADOW_RECALL)
                + ".";
    }
}
