package io.decant.trainer.gate;

import io.decant.records.GateOutcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Decides whether a version may be live, by the held-out samples that it and the live version
 * answered.
 *
 * <p>Over all samples the burden is the candidate's: that it is worse by the tolerance or more must
 * be ruled out, {@code Δ − 1.645 SE > −ε}. A slice is too small for that, and among ten slices one
 * looks bad by chance, so there the burden is the gate's: that the loss is beyond the tolerance
 * must be shown, {@code Δ + z SE < −ε}, with z for a chance of 5 % over all slices together
 * (Bonferroni). <i>Immutable; pure.</i>
 */
public final class Gate {
    /** One-sided chance of a wrong verdict on a candidate that is worse by just the tolerance. */
    private static final double ERROR = 0.05;

    /** The normal quantile that belongs to it. */
    private static final double Z = 1.645;

    /** Slices that a reason names. */
    private static final int NAMED = 3;

    private final GateSettings settings;

    public Gate(GateSettings settings) {
        this.settings = settings;
    }

    /**
     * Judges a version where there is nothing to compare.
     *
     * @param live number of the version that is live; 0 without one
     * @param samples in the window
     * @return empty when the two have to be compared
     */
    public Optional<GateDecision> withoutTest(long live, int samples) {
        if (!settings.isOn()) {
            return Optional.of(GateDecision.OFF);
        }
        if (live == 0) {
            return untested("the first version: there is none to compare it with");
        }
        return samples >= settings.minimum()
                ? Optional.empty()
                : untested(
                        "not tested: "
                                + samples
                                + " held-out samples have a label, too few; gate.minimum is "
                                + settings.minimum());
    }

    private static Optional<GateDecision> untested(String reason) {
        return Optional.of(new GateDecision(GateOutcome.PASSED, reason, Optional.empty()));
    }

    /**
     * Judges a version by comparison.
     *
     * @param live number of the version that it is compared with
     * @param samples the window, answered by both
     */
    public GateDecision compare(long live, List<Compared> samples) {
        PairedTest all = PairedTest.of(samples);
        GateDecision.Figures figures = GateDecision.Figures.of(all, samples);
        List<String> faults = faults(figures, samples);
        String against = "version " + live + " on " + all.samples() + " held-out samples: ";
        if (faults.isEmpty()) {
            return new GateDecision(
                    GateOutcome.PASSED,
                    "not worse than " + against + overall(all),
                    Optional.of(figures));
        }
        return new GateDecision(
                settings.mode() == GateSettings.Mode.ENFORCING
                        ? GateOutcome.REFUSED
                        : GateOutcome.ADVISED_AGAINST,
                "worse than " + against + String.join("; ", faults),
                Optional.of(figures));
    }

    private List<String> faults(GateDecision.Figures figures, List<Compared> samples) {
        List<String> faults = new ArrayList<>();
        PairedTest all = figures.test();
        if (!(all.difference() - Z * all.standardError() > -settings.tolerance())) {
            faults.add(overall(all));
        }
        slices(samples).ifPresent(faults::add);
        // A likelihood that is no number is no better one.
        if (!(figures.candidateNats() <= settings.nllRatio() * figures.liveNats())) {
            faults.add(
                    String.format(
                            Locale.ROOT,
                            "NLL %.3f -> %.3f nats, allowed %.3f",
                            figures.liveNats(),
                            figures.candidateNats(),
                            settings.nllRatio() * figures.liveNats()));
        }
        return faults;
    }

    private String overall(PairedTest all) {
        return String.format(
                Locale.ROOT,
                "accuracy %s, lower bound %+.2f points, allowed %+.2f",
                change(all),
                100 * (all.difference() - Z * all.standardError()),
                -100 * settings.tolerance());
    }

    private static String change(PairedTest test) {
        return String.format(
                Locale.ROOT,
                "%.1f %% -> %.1f %%",
                100 * test.liveAccuracy(),
                100 * test.candidateAccuracy());
    }

    /** What is wrong with slices, the worst first. */
    private Optional<String> slices(List<Compared> samples) {
        Map<String, PairedTest> slices =
                samples.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Compared::slice,
                                        TreeMap::new,
                                        Collectors.collectingAndThen(
                                                Collectors.toList(), PairedTest::of)));
        slices.values().removeIf(slice -> slice.samples() < settings.sliceMinimum());
        if (slices.isEmpty()) {
            return Optional.empty();
        }
        double z = PairedTest.quantile(ERROR / slices.size());
        slices.values()
                .removeIf(
                        slice ->
                                !(slice.difference() + z * slice.standardError()
                                        < -settings.sliceTolerance()));
        if (slices.isEmpty()) {
            return Optional.empty();
        }
        String what = settings.slice().isEmpty() ? "class" : settings.slice();
        String worst =
                slices.entrySet().stream()
                        .sorted(
                                Comparator.comparingDouble(
                                        (Map.Entry<String, PairedTest> slice) ->
                                                slice.getValue().difference()))
                        .limit(NAMED)
                        .map(slice -> what + " " + slice.getKey() + " " + change(slice.getValue()))
                        .collect(Collectors.joining(", "));
        return Optional.of(
                slices.size() <= NAMED
                        ? worst
                        : worst + " and " + (slices.size() - NAMED) + " more");
    }
}
