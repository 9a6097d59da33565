package io.decant.cli.scenario;

import java.util.List;

/** No label is ever produced: the teacher alone teaches. <i>Immutable.</i> */
record ZeroLabels() implements Scenario {
    private static final String ROW = "no labels";

    @Override
    public String name() {
        return "zero-labels";
    }

    @Override
    public String about() {
        return "No label ever comes: the teacher alone teaches.";
    }

    @Override
    public List<Trial> trials(Given given) {
        return List.of(Trial.of(ROW, new Draft(given).labels(0).plan()));
    }

    @Override
    public List<Measure> measures(Given given) {
        return List.of(Measure.HOLDOUT, Measure.TEACHER, Measure.PREQUENTIAL, Measure.CALIBRATION);
    }

    @Override
    public String shows(Summary summary) {
        return "Without a single label the student classifies "
                + summary.text(ROW, Figure.HOLDOUT)
                + " of the test files right, its teacher "
                + summary.text(ROW, Figure.TEACHER)
                + ".";
    }
}
