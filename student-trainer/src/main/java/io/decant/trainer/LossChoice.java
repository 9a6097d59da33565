package io.decant.trainer;

import io.decant.model.loss.Dist;
import io.decant.model.loss.Dkd;
import io.decant.model.loss.Jsd;
import io.decant.model.loss.Kd;
import io.decant.model.loss.LogitMse;
import io.decant.model.loss.LogitStandardisation;
import io.decant.model.loss.ReverseKl;
import io.decant.model.loss.TeacherLoss;
import io.decant.pipeline.config.Setting;
import java.util.ArrayList;
import java.util.List;

/** Which teacher's term is learned. <i>Immutable.</i> */
public enum LossChoice {
    KD,
    LOGIT_STANDARDISATION,
    DKD,
    DIST,
    MSE,
    REVERSE_KL,
    JSD;

    /** Numbers of loss dkd. */
    public record Decoupled(
            @Setting(
                            doc =
                                    "With loss dkd: weight of what the teacher says about the classes next to the label's; kd has 1 minus the teacher's probability of the label there.",
                            otherwise = "2",
                            min = 0,
                            max = 1000)
                    double beta) {}

    /** Numbers of loss dist. */
    public record Relations(
            @Setting(
                            doc =
                                    "With loss dist: weight of the correlation over a sample's classes.",
                            otherwise = "2",
                            min = 0,
                            max = 1000)
                    double inter,
            @Setting(
                            doc =
                                    "With loss dist: weight of the correlation over a batch's samples, class by class.",
                            otherwise = "2",
                            min = 0,
                            max = 1000)
                    double intra) {}

    TeacherLoss loss(Decoupled dkd, Relations dist) {
        return switch (this) {
            case KD -> new Kd();
            case LOGIT_STANDARDISATION -> new LogitStandardisation();
            case DKD -> new Dkd(dkd.beta());
            case DIST -> new Dist(dist.inter(), dist.intra());
            case MSE -> new LogitMse();
            case REVERSE_KL -> new ReverseKl();
            case JSD -> new Jsd();
        };
    }

    /**
     * What makes the choice meaningless: one sentence each.
     *
     * @param fixed whether alpha stays as it is; otherwise it is the greatest
     * @param zeros whether a new model's weights are all 0
     */
    List<String> problems(
            double alpha, boolean fixed, double temperature, Relations dist, boolean zeros) {
        List<String> problems = new ArrayList<>();
        if (this == MSE && temperature != 1) {
            problems.add(
                    "loss mse compares logits before any softening, and temperature is "
                            + temperature
                            + ": set temperature to 1, or take another loss");
        }
        if (this == DKD && (alpha == 0 || alpha == 1 && fixed)) {
            problems.add(
                    "loss dkd weighs what the teacher says about a label, and with alpha "
                            + alpha
                            + " no pair teaches "
                            + (alpha == 0 ? "both" : "a label")
                            + ": set alpha between 0 and 1, or take loss kd");
        }
        if (this == DIST && dist.inter() == 0 && dist.intra() == 0) {
            problems.add(
                    "loss dist has nothing to teach with dist.inter 0 and dist.intra 0: set one above 0");
        }
        if (this == LOGIT_STANDARDISATION && zeros) {
            problems.add(
                    "loss logit-standardisation divides by the spread of the student's logits, and with initial-weights zeros there is none: take uniform, or another loss");
        }
        return problems;
    }
}
