package io.decant.teacher.budget;

import io.decant.pipeline.config.Setting;
import java.util.Locale;
import java.util.Optional;

/** How many samples the teacher is asked about, and which. <i>Immutable.</i> */
public record BudgetSettings(
        @Setting(
                        doc =
                                "Who is asked: all, random (a share by hash of seed and sample id), margin (those of each window that the student is least sure of) or adaptive (as margin; student and teacher's agreement sets the share).",
                        otherwise = "all")
                BudgetPolicy policy,
        @Setting(
                        doc =
                                "Share of the samples that may be asked; for adaptive, the most. 1 when left out.",
                        otherwise = "",
                        min = 0,
                        max = 1)
                Optional<Double> share,
        @Setting(
                        doc =
                                "Most samples a second that this process asks about, by its own clock; with budget.share the tighter one counts.",
                        otherwise = "",
                        min = 0,
                        max = 1e9)
                Optional<Double> callsPerSecond,
        @Setting(
                        doc =
                                "Name of the student whose opinion is asked for; needed by margin and adaptive, and by budget.drift-share.",
                        otherwise = "")
                Optional<String> model,
        @Setting(
                        doc =
                                "Part of the calls whose samples are chosen at random: an unbiased look at how student and teacher agree.",
                        otherwise = "0.1",
                        min = 0,
                        max = 1)
                double monitorShare,
        @Setting(
                        doc =
                                "Share while the student's newest version says that its trainer reacts to drift, if that is more; left out, drift changes nothing.",
                        otherwise = "",
                        min = 0,
                        max = 1)
                Optional<Double> driftShare,
        @Setting(
                        doc =
                                "Samples among which those to ask about are chosen; fewer when a commit comes first.",
                        otherwise = "32",
                        min = 1,
                        max = 65_536)
                int window,
        @Setting(
                        doc =
                                "Agreement of student and teacher from which adaptive asks half as often; below it, twice as often.",
                        otherwise = "0.85",
                        min = 0,
                        max = 1)
                double agreement,
        @Setting(
                        doc = "Answers to randomly chosen samples after which adaptive judges.",
                        otherwise = "16",
                        min = 1,
                        max = 100_000)
                int judgeAfter,
        @Setting(doc = "Seed of the random choices.", otherwise = "0") long seed) {
    public BudgetSettings {
        above0("share", share);
        above0("calls-per-second", callsPerSecond);
        above0("drift-share", driftShare);
        boolean bounded = share.isPresent() || callsPerSecond.isPresent();
        if (policy == BudgetPolicy.ALL
                && (bounded || model.isPresent() || driftShare.isPresent())) {
            throw new IllegalArgumentException(
                    "policy is all, which asks about every sample; share, calls-per-second, drift-share and model mean something with random, margin or adaptive");
        }
        if ((policy == BudgetPolicy.RANDOM || policy == BudgetPolicy.MARGIN) && !bounded) {
            throw new IllegalArgumentException(
                    "policy "
                            + policy.name().toLowerCase(Locale.ROOT)
                            + " needs share or calls-per-second: how many samples may be asked about");
        }
        boolean needsModel =
                policy == BudgetPolicy.MARGIN
                        || policy == BudgetPolicy.ADAPTIVE
                        || driftShare.isPresent();
        if (needsModel && model.isEmpty()) {
            throw new IllegalArgumentException(
                    "model is missing; margin, adaptive and drift-share need the name of the student that is followed");
        }
    }

    private static void above0(String name, Optional<Double> value) {
        if (value.filter(number -> !(number > 0)).isPresent()) {
            throw new IllegalArgumentException(name + " must be above 0, was " + value.get());
        }
    }
}
