package io.decant.cli.scenario;

import java.util.List;

/** Labels that come long after their samples. <i>Immutable.</i> */
record LateLabels() implements Scenario {
    private static final String IN_TIME = "labels in time";
    private static final String LATE = "labels late";
    private static final Figure LOST = Figure.points("prequentialLost", "prequential lost");

    @Override
    public String name() {
        return "late-labels";
    }

    @Override
    public String about() {
        return "Each label comes many samples after its own (--switch-at; default: a third of the stream).";
    }

    @Override
    public List<Trial> trials(Given given) {
        int delay =
                given.asked().switchAt().isEmpty() ? given.samples() / 3 : given.switches(1).get(0);
        return List.of(
                Trial.of(IN_TIME, new Draft(given).plan()),
                Trial.of(LATE, new Draft(given).delay(delay).plan()));
    }

    @Override
    public List<Measure> measures(Given given) {
        return List.of(
                Measure.PREQUENTIAL, Measure.SHADOW_PREQUENTIAL, Measure.HOLDOUT, Measure.SHADOW);
    }

    @Override
    public List<Derived> derived(Given given) {
        return List.of(Derived.difference(LOST, Figure.PREQUENTIAL, IN_TIME, LATE).in(LATE));
    }

    @Override
    public String shows(Summary summary) {
        return "Late labels cost the student "
                + summary.points(LATE, LOST)
                + " points of prequential accuracy, because it learns from the teacher meanwhile; without a teacher it falls to "
                + summary.text(LATE, Figure.SHADOW_PREQUENTIAL)
                + ".";
    }
}
