package io.decant.cli.scenario;

import java.util.ArrayList;
import java.util.List;

/** Labels for a small share of the samples. <i>Immutable.</i> */
record FewLabels() implements Scenario {
    private static final String ALL = "all labels";
    private static final Figure LOST = Figure.points("holdoutLost", "hold-out lost");

    @Override
    public String name() {
        return "few-labels";
    }

    @Override
    public String about() {
        return "Few samples get a label (--shares), against all of them.";
    }

    private static String row(double share) {
        return Texts.percent(share) + " labels";
    }

    private static List<Double> shares(Given given) {
        return given.sharesOr(0.01);
    }

    @Override
    public List<Trial> trials(Given given) {
        List<Trial> trials = new ArrayList<>();
        trials.add(Trial.of(ALL, new Draft(given).plan()));
        shares(given)
                .forEach(
                        share ->
                                trials.add(
                                        Trial.of(
                                                row(share),
                                                new Draft(given).labels(share).plan())));
        return trials;
    }

    @Override
    public List<Measure> measures(Given given) {
        return List.of(Measure.HOLDOUT, Measure.SHADOW, Measure.PREQUENTIAL);
    }

    @Override
    public List<Derived> derived(Given given) {
        return shares(given).stream()
                .map(
                        share ->
                                Derived.difference(LOST, Figure.HOLDOUT, ALL, row(share))
                                        .in(row(share)))
                .toList();
    }

    @Override
    public String shows(Summary summary) {
        String row = summary.rows().get(1);
        return "With "
                + row
                + " the student loses "
                + summary.points(row, LOST)
                + " points of hold-out accuracy against all labels; without a teacher it would have "
                + summary.text(row, Figure.SHADOW)
                + ".";
    }
}
