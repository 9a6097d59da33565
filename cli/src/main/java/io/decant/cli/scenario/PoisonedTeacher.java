package io.decant.cli.scenario;

import java.util.ArrayList;
import java.util.List;

/** A teacher that answers some samples with another class. <i>Immutable.</i> */
record PoisonedTeacher() implements Scenario {
    private static final String CLEAN = "honest teacher";
    private static final Figure LOST = Figure.points("holdoutLost", "hold-out lost");

    @Override
    public String name() {
        return "poisoned-teacher";
    }

    @Override
    public String about() {
        return "The teacher answers a share of the samples (--shares) with the logits of pairs of classes (--classes) in each other's place.";
    }

    private static List<Double> shares(Given given) {
        return given.sharesOr(0.1);
    }

    private static String row(double share) {
        return Texts.percent(share) + " poisoned";
    }

    @Override
    public List<Trial> trials(Given given) {
        List<Integer> becomes = given.swapped(given.classesOr(given.everyClass()));
        List<Trial> trials = new ArrayList<>();
        trials.add(Trial.of(CLEAN, new Draft(given).plan()));
        for (double share : shares(given)) {
            trials.add(
                    Trial.of(row(share), new Draft(given).plan())
                            .with(new TeacherChoice.Poisoned(share, becomes)));
        }
        return trials;
    }

    @Override
    public List<Measure> measures(Given given) {
        return List.of(Measure.HOLDOUT, Measure.TEACHER, Measure.SHADOW, Measure.PREQUENTIAL);
    }

    @Override
    public List<Derived> derived(Given given) {
        return shares(given).stream()
                .map(
                        share ->
                                Derived.difference(LOST, Figure.HOLDOUT, CLEAN, row(share))
                                        .in(row(share)))
                .toList();
    }

    @Override
    public String shows(Summary summary) {
        String row = summary.rows().get(1);
        return "A teacher that is "
                + row
                + " costs the student "
                + summary.points(row, LOST)
                + " points of hold-out accuracy.";
    }
}
