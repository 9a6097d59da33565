package io.decant.trainer.gate;

import io.decant.pipeline.config.Setting;

/**
 * What the publishing gate holds out and how it judges. All of it can change which version is live,
 * and the gate compares the next one with that, so all of it can change bits of the state.
 * <i>Immutable.</i>
 */
public record GateSettings(
        @Setting(
                        doc =
                                "Off: no gate. Advisory: a worse version is live all the same, with the reason in its manifest. Enforcing: it is published, and @live stays.",
                        otherwise = "off")
                Mode mode,
        @Setting(
                        doc =
                                "Share of samples that are never learned but judged with; chosen by a hash of the model's seed and the sample's id; none while the gate is off.",
                        otherwise = "0",
                        min = 0,
                        max = 0.9)
                double share,
        @Setting(
                        doc =
                                "Newest held-out samples with a label that versions are compared on; they are part of the state.",
                        otherwise = "2000",
                        min = 1,
                        max = 20_000)
                int window,
        @Setting(
                        doc = "With fewer such samples versions pass untested.",
                        otherwise = "1000",
                        min = 1,
                        max = 20_000)
                int minimum,
        @Setting(
                        doc =
                                "Share of answers that a version may lose to the live one: worse must be ruled out at 95 % confidence.",
                        otherwise = "0.015",
                        min = 1e-6,
                        max = 1)
                double tolerance,
        @Setting(
                        doc =
                                "Attribute of samples that makes slices, of which its first 64 bytes count; empty makes each class a slice.",
                        otherwise = "")
                String slice,
        @Setting(
                        doc =
                                "Share of a slice's answers that a version may lose: more must be shown, at 95 % confidence over all slices, to refuse it.",
                        otherwise = "0.02",
                        min = 0,
                        max = 1)
                double sliceTolerance,
        @Setting(doc = "Slices with fewer samples are not judged.", otherwise = "100", min = 1)
                int sliceMinimum,
        @Setting(
                        doc =
                                "Greatest ratio of a version's mean negative log-likelihood to the live one's.",
                        otherwise = "1.05",
                        min = 1,
                        max = 1000)
                double nllRatio,
        @Setting(
                        doc =
                                "Samples held out by the journal itself whose labels are waited for; beyond it the oldest is forgotten.",
                        otherwise = "65536",
                        min = 1,
                        max = 10_000_000)
                int waiting) {

    /** What becomes of a version that the gate finds worse. */
    public enum Mode {
        /** No version is judged. */
        OFF,
        /** Worse versions are live all the same. */
        ADVISORY,
        /** Worse versions are not live. */
        ENFORCING
    }

    /** No gate, everything else at its default. */
    public static final GateSettings OFF =
            new GateSettings(Mode.OFF, 0, 2000, 1000, 0.015, "", 0.02, 100, 1.05, 65_536);

    public GateSettings {
        if (minimum > window) {
            throw new IllegalArgumentException(
                    "gate.minimum must be at most gate.window, "
                            + window
                            + ", was "
                            + minimum
                            + ": the gate would never judge");
        }
    }

    public boolean isOn() {
        return mode != Mode.OFF;
    }
}
