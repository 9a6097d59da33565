package io.decant.cli.scenario;

import java.util.List;

/** The teacher's service is away for a while. <i>Immutable.</i> */
record TeacherOutage() implements Scenario {
    private static final String WHOLE = "teacher always there";
    private static final String OUTAGE = "teacher away";
    private static final Figure LOST = Figure.count("lost", "samples lost");
    private static final Figure CATCH_UP =
            Figure.seconds("catchUp", "time to learn what had waited");
    private static final Figure COST = Figure.points("holdoutLost", "hold-out lost");

    @Override
    public String name() {
        return "teacher-outage";
    }

    @Override
    public String about() {
        return "The teacher's service stops at one position and starts again at another (--switch-at; default: the middle third is missed).";
    }

    @Override
    public List<Trial> trials(Given given) {
        List<Integer> at = given.switches(2);
        return List.of(
                Trial.of(WHOLE, new Draft(given).plan()),
                Trial.of(OUTAGE, new Draft(given).plan())
                        .with(new Cue.TeacherLeaves(at.get(0)), new Cue.TeacherReturns(at.get(1))));
    }

    @Override
    public List<Measure> measures(Given given) {
        return List.of(
                Measure.HOLDOUT,
                Measure.PREQUENTIAL,
                new Measure(LOST, seen -> (double) seen.stream().lost()),
                new Measure(CATCH_UP, seen -> seen.stream().catchUpSeconds()));
    }

    @Override
    public List<Derived> derived(Given given) {
        return List.of(Derived.difference(COST, Figure.HOLDOUT, WHOLE, OUTAGE).in(OUTAGE));
    }

    @Override
    public String shows(Summary summary) {
        return "Of what came while the teacher was away "
                + summary.text(OUTAGE, LOST)
                + " samples were lost, the rest was learned "
                + summary.text(OUTAGE, CATCH_UP)
                + " after its return, at "
                + summary.points(OUTAGE, COST)
                + " points of hold-out accuracy.";
    }
}
