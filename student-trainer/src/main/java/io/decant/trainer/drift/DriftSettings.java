package io.decant.trainer.drift;

import io.decant.pipeline.config.Setting;
import java.util.List;

/** How drift is noticed and what is done about it. <i>Immutable.</i> */
public record DriftSettings(
        @Setting(
                        doc =
                                "What notices that student and teacher begin to disagree, or that the teacher begins to be wrong: adwin, ddm, page-hinkley or off.",
                        otherwise = "adwin")
                Detector detector,
        @Setting(
                        doc =
                                "What is done for a while: learning-rate (faster steps), rehearsal (twice as much of it), ask-teacher (a teacher with a budget asks more); empty only tells.",
                        otherwise = "ask-teacher")
                List<Reaction> reactions,
        @Setting(
                        doc =
                                "Values of a signal after an event in which a further one is no news.",
                        otherwise = "1000",
                        min = 0,
                        max = 10_000_000)
                long quiet,
        @Setting(
                        doc = "New samples for which reactions last.",
                        otherwise = "2000",
                        min = 1,
                        max = 10_000_000)
                long reactionSamples,
        @Setting(
                        doc = "Factor of the learning rate while that reaction lasts.",
                        otherwise = "2",
                        min = 0.001,
                        max = 1000)
                double learningRateFactor,
        @Setting(
                        doc = "adwin: probability of a false alarm at one look.",
                        otherwise = "0.002",
                        min = 1e-12,
                        max = 0.5)
                double delta,
        @Setting(doc = "adwin: values between two looks.", otherwise = "32", min = 1, max = 100_000)
                int clock,
        @Setting(
                        doc = "ddm: standard deviations above the lowest mean.",
                        otherwise = "3",
                        min = 0.1,
                        max = 100)
                double ddmDeviations,
        @Setting(
                        doc = "page-hinkley: change of the mean that is tolerated.",
                        otherwise = "0.005",
                        min = 0,
                        max = 1)
                double pageHinkleyDelta,
        @Setting(
                        doc = "page-hinkley: cumulated rise that is an alarm.",
                        otherwise = "50",
                        min = 0.001,
                        max = 1e9)
                double pageHinkleyThreshold,
        @Setting(
                        doc = "page-hinkley: what a sum keeps from one value to the next.",
                        otherwise = "0.9999",
                        min = 0.5,
                        max = 1)
                double pageHinkleyFading) {

    /** What notices drift. */
    public enum Detector {
        /** Bifet and Gavaldà's adaptive window. */
        ADWIN,
        /** Gama's drift detection method. */
        DDM,
        /** Page and Hinkley's test. */
        PAGE_HINKLEY,
        /** Nothing does. */
        OFF
    }

    /** What is done for a while after drift was noticed. */
    public enum Reaction {
        /** The learning rate is multiplied. */
        LEARNING_RATE,
        /** Two remembered samples for each new one, in place of one. */
        REHEARSAL,
        /** The manifest says so, and a teacher with a budget spends more. */
        ASK_TEACHER
    }

    /** Nothing is watched, everything else at its default. */
    public static final DriftSettings OFF =
            new DriftSettings(
                    Detector.OFF, List.of(), 1000, 2000, 2, 0.002, 32, 3, 0.005, 50, 0.9999);

    public DriftSettings {
        reactions = List.copyOf(reactions);
    }

    public boolean isOn() {
        return detector != Detector.OFF;
    }
}
