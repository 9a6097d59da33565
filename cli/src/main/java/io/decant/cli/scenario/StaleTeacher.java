package io.decant.cli.scenario;

import java.util.List;

/** Classes change their meaning, and the teacher does not know. <i>Immutable.</i> */
record StaleTeacher() implements Scenario {
    private static final String ROW = "stale teacher";
    private static final Variant TRUST = Variant.of("trust α");
    private static final Variant FIXED = Variant.fixedAlpha(0.9);

    /** The last part of the stream in which the new meaning should have been learned. */
    private static final int LAST_PART = 6;

    private static final Figure LAST = Figure.share("prequentialLast", "prequential, last sixth");
    private static final Figure SHADOW_LAST =
            Figure.share("shadowPrequentialLast", "the same, shadow");
    private static final Figure ALARM = Figure.count("trustAlarm", "samples until the trust alarm");

    @Override
    public String name() {
        return "stale-teacher";
    }

    @Override
    public String about() {
        return "From a position on (--switch-at; default: half) pairs of classes change places (--classes), and the teacher does not know.";
    }

    private static List<Integer> becomes(Given given) {
        int pairs = Math.min(2, given.classes() / 2);
        return given.swapped(given.classesOr(given.everyClass().subList(0, 2 * pairs)));
    }

    @Override
    public List<Trial> trials(Given given) {
        int at = given.switches(1).get(0);
        List<Integer> becomes = becomes(given);
        return List.of(
                Trial.of(
                                ROW,
                                new Draft(given)
                                        .meaning(position -> position < at ? List.of() : becomes)
                                        .plan())
                        .with(TRUST, FIXED)
                        .with(new Exam(Exam.PLAIN.rendering(), becomes)));
    }

    @Override
    public List<Measure> measures(Given given) {
        int from = given.switches(1).get(0);
        int samples = given.samples();
        int last = samples - samples / LAST_PART;
        return List.of(
                new Measure(LAST, seen -> seen.prequential(last, samples)),
                new Measure(SHADOW_LAST, seen -> seen.shadowPrequential(last, samples)),
                Measure.HOLDOUT,
                Measure.SHADOW,
                Measure.PREQUENTIAL,
                new Measure(ALARM, seen -> seen.delay(Noticed.TRUST_ALARM, from, samples)));
    }

    @Override
    public String shows(Summary summary) {
        String trust = ROW + ", " + TRUST.name();
        String fixed = ROW + ", " + FIXED.name();
        Double alarm = summary.mean(trust, ALARM);
        return "When the teacher is stale, trust α ends at "
                + summary.text(trust, LAST)
                + " and "
                + FIXED.name()
                + " at "
                + summary.text(fixed, LAST)
                + "; "
                + (alarm == null
                        ? "no alarm was raised."
                        : "the alarm came after "
                                + ALARM.unit().text(alarm)
                                + " samples, in "
                                + summary.measured(trust, ALARM)
                                + " of "
                                + summary.seeds().size()
                                + " runs.");
    }
}
