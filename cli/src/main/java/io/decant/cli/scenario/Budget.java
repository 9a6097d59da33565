package io.decant.cli.scenario;

import io.decant.cli.run.StackSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A teacher that may be asked about a share of the samples only. <i>Immutable.</i> */
record Budget() implements Scenario {
    private static final List<String> STREAMS = List.of("stationary", "drift");
    private static final String ALL = "all asked";
    private static final Figure LOST = Figure.points("prequentialLost", "prequential lost");
    private static final Figure OVER_RANDOM =
            Figure.points("prequentialOverRandom", "prequential over random");

    @Override
    public String name() {
        return "budget";
    }

    @Override
    public String about() {
        return "The teacher is asked about a share of the samples (--shares): at random, those the student is least sure of, or as many as it needs.";
    }

    /**
     * How old the student's opinion may be, in samples: by time it would be the older the faster
     * the machine is.
     */
    private static final String OFTEN = "trainer.publish.pairs=500";

    /** How samples are chosen. */
    private enum Policy {
        RANDOM,
        MARGIN,
        ADAPTIVE;

        private String row(String stream, double share) {
            return stream
                    + ", "
                    + switch (this) {
                        case RANDOM -> "random " + Texts.percent(share);
                        case MARGIN -> "margin " + Texts.percent(share);
                        case ADAPTIVE -> "adaptive";
                    };
        }

        private String setting() {
            return "teacher.budget.policy=" + name().toLowerCase(Locale.ROOT);
        }
    }

    private static double share(Given given) {
        return given.sharesOr(0.25).get(0);
    }

    private static Trial stream(Given given, String stream, String row) {
        return stream.equals(STREAMS.get(0))
                ? Trial.of(row, new Draft(given).plan())
                : Trial.of(row, DriftScenario.draft(given).plan()).with(DriftScenario.teacher());
    }

    @Override
    public List<Trial> trials(Given given) {
        double share = share(given);
        List<Trial> trials = new ArrayList<>();
        for (String stream : STREAMS) {
            trials.add(stream(given, stream, stream + ", " + ALL).set(OFTEN));
            for (Policy policy : Policy.values()) {
                trials.add(
                        stream(given, stream, policy.row(stream, share))
                                .set(
                                        OFTEN,
                                        policy.setting(),
                                        "teacher.budget.share="
                                                + (policy == Policy.ADAPTIVE ? 1 : share),
                                        "teacher.budget.model=" + StackSettings.MODEL));
            }
        }
        return trials;
    }

    @Override
    public List<Measure> measures(Given given) {
        return List.of(Measure.PREQUENTIAL, Measure.HOLDOUT, Measure.ASKED);
    }

    @Override
    public List<Derived> derived(Given given) {
        double share = share(given);
        List<Derived> derived = new ArrayList<>();
        for (String stream : STREAMS) {
            String random = Policy.RANDOM.row(stream, share);
            String margin = Policy.MARGIN.row(stream, share);
            for (Policy policy : Policy.values()) {
                String row = policy.row(stream, share);
                derived.add(
                        Derived.difference(LOST, Figure.PREQUENTIAL, stream + ", " + ALL, row)
                                .in(row));
            }
            derived.add(Derived.difference(OVER_RANDOM, Figure.PREQUENTIAL, margin, random));
        }
        return derived;
    }

    @Override
    public String shows(Summary summary) {
        String margin =
                summary.rows().stream()
                        .filter(row -> row.startsWith(STREAMS.get(1) + ", margin"))
                        .findFirst()
                        .orElseThrow();
        return "Asked about "
                + summary.text(margin, Figure.ASKED)
                + " of the samples, those the student is least sure of, the teacher leaves it "
                + summary.points(margin, LOST)
                + " points of prequential accuracy short under drift, "
                + summary.points(margin, OVER_RANDOM)
                + " points better than a random choice.";
    }
}
