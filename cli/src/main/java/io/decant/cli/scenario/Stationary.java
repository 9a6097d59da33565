package io.decant.cli.scenario;

import java.util.List;

/** Nothing is wrong and nothing changes: what others are measured against. <i>Immutable.</i> */
record Stationary() implements Scenario {
    private static final String ROW = "stationary";
    private static final Figure ALARMS = Figure.count("falseAlarms", "drift events, all false");

    @Override
    public String name() {
        return "stationary";
    }

    @Override
    public String about() {
        return "Nothing changes and every label comes: the reference, and how often drift is seen where none is.";
    }

    @Override
    public List<Trial> trials(Given given) {
        return List.of(Trial.of(ROW, new Draft(given).plan()));
    }

    @Override
    public List<Measure> measures(Given given) {
        return List.of(
                Measure.HOLDOUT,
                Measure.SHADOW,
                Measure.GAP,
                Measure.PREQUENTIAL,
                Measure.SHADOW_PREQUENTIAL,
                Measure.CALIBRATION,
                Measure.RATE,
                new Measure(ALARMS, seen -> (double) seen.noticed(Noticed.DRIFT).size()));
    }

    @Override
    public String shows(Summary summary) {
        return "With all labels the student classifies "
                + summary.text(ROW, Figure.HOLDOUT)
                + " of the test files right, "
                + summary.points(ROW, Figure.GAP)
                + " points over the same student without a teacher.";
    }
}
