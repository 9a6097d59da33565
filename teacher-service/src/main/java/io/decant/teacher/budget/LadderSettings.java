package io.decant.teacher.budget;

import io.decant.pipeline.config.Setting;
import java.time.Duration;

/** What is given up, step by step, while the teacher is slow. <i>Immutable.</i> */
public record LadderSettings(
        @Setting(
                        doc =
                                "Whether a slow teacher is asked less; when false, samples wait in Kafka however long it takes.",
                        otherwise = "false")
                boolean enabled,
        @Setting(
                        doc =
                                "Age of the oldest unanswered sample from which fewer samples are asked about; 0 = never.",
                        otherwise = "5s",
                        min = 0)
                Duration askLessAfter,
        @Setting(
                        doc =
                                "Age of the oldest unanswered sample from which none are asked about but the monitor's, so that labels alone teach; 0 = never.",
                        otherwise = "30s",
                        min = 0)
                Duration labelsOnlyAfter,
        @Setting(
                        doc =
                                "Time after which the share is halved again when the age has not fallen.",
                        otherwise = "2s",
                        min = 1)
                Duration patience,
        @Setting(
                        doc = "Smallest share that asking less comes down to.",
                        otherwise = "0.05",
                        min = 0,
                        max = 1)
                double minShare) {
    public LadderSettings {
        if (enabled && askLessAfter.isZero() && labelsOnlyAfter.isZero()) {
            throw new IllegalArgumentException(
                    "enabled is true and both ask-less-after and labels-only-after are 0, so there is no step; set one of them");
        }
        if (!askLessAfter.isZero()
                && !labelsOnlyAfter.isZero()
                && askLessAfter.compareTo(labelsOnlyAfter) >= 0) {
            throw new IllegalArgumentException(
                    "ask-less-after must be shorter than labels-only-after, was "
                            + askLessAfter.toMillis()
                            + "ms and "
                            + labelsOnlyAfter.toMillis()
                            + "ms");
        }
    }
}
