package io.decant.cli.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Labels that name another class. <i>Immutable.</i> */
record NoisyLabels() implements Scenario {
    /** Little weight for labels that are not to be trusted. */
    private static final Variant FIXED = Variant.fixedAlpha(0.9);

    private static final Variant TRUST = Variant.of("trust α");
    private static final Figure LOST = Figure.points("holdoutLost", "hold-out lost");
    private static final Figure SHADOW_LOST =
            Figure.points("shadowHoldoutLost", "hold-out lost, shadow");

    @Override
    public String name() {
        return "noisy-labels";
    }

    @Override
    public String about() {
        return "Labels name another class with some probability (--shares).";
    }

    private static List<Double> noises(Given given) {
        return given.sharesOr(0.3, 0.5);
    }

    private static Trial trial(Given given, double noise) {
        return Trial.of(Texts.percent(noise) + " noise", new Draft(given).noise(noise).plan())
                .with(TRUST, FIXED);
    }

    @Override
    public List<Trial> trials(Given given) {
        return Stream.concat(Stream.of(0.0), noises(given).stream())
                .map(noise -> trial(given, noise))
                .toList();
    }

    @Override
    public List<Measure> measures(Given given) {
        return List.of(
                Measure.HOLDOUT, Measure.SHADOW, Measure.CALIBRATION, Measure.SHADOW_CALIBRATION);
    }

    @Override
    public List<Derived> derived(Given given) {
        List<Derived> derived = new ArrayList<>();
        Trial clean = trial(given, 0);
        for (double noise : noises(given)) {
            for (Variant variant : clean.variants()) {
                String row = trial(given, noise).row(variant);
                String than = clean.row(variant);
                derived.add(Derived.difference(LOST, Figure.HOLDOUT, than, row).in(row));
            }
            String row = trial(given, noise).row(TRUST);
            derived.add(
                    Derived.difference(SHADOW_LOST, Figure.SHADOW, clean.row(TRUST), row).in(row));
        }
        return derived;
    }

    @Override
    public String shows(Summary summary) {
        List<String> rows =
                summary.rows().stream().filter(row -> row.endsWith(FIXED.name())).toList();
        String worst = rows.get(rows.size() - 1);
        String noise = worst.substring(0, worst.length() - FIXED.name().length());
        return "At "
                + worst
                + ", the student loses "
                + summary.points(worst, LOST)
                + " points of hold-out accuracy, and without a teacher "
                + summary.points(noise + TRUST.name(), SHADOW_LOST)
                + ".";
    }
}
