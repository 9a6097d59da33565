package io.decant.trainer.learn;

import io.decant.pipeline.config.Setting;

/** Whether the weight of the teacher follows how right it is. <i>Immutable.</i> */
public record TrustSettings(
        @Setting(
                        doc =
                                "Whether alpha is only the teacher's greatest weight, and less counts the more the shadow is right where the teacher is wrong. Needs the shadow.",
                        otherwise = "true")
                boolean enabled,
        @Setting(
                        doc =
                                "Difference of accuracies by which trust moves from one half to 73 %.",
                        otherwise = "0.02",
                        min = 1e-6,
                        max = 10)
                double width,
        @Setting(
                        doc = "What an accuracy keeps from one label to the next.",
                        otherwise = "0.998",
                        min = 0.5,
                        max = 0.999999)
                double fading,
        @Setting(
                        doc =
                                "With alpha below this, or below a quarter of its greatest value, an alarm is raised; it is over when the teacher is as right as the shadow again.",
                        otherwise = "0.1",
                        min = 0,
                        max = 1)
                double alarm) {

    /** Alpha is fixed, everything else at its default. */
    public static final TrustSettings OFF = new TrustSettings(false, 0.02, 0.998, 0.1);
}
