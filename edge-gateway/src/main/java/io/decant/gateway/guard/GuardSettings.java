package io.decant.gateway.guard;

import io.decant.pipeline.config.Setting;
import java.time.Duration;

/** Bounds of trying a version on live requests, before and after its swap. <i>Immutable.</i> */
public record GuardSettings(
        @Setting(
                        doc =
                                "How long a candidate answers live requests beside the served version before it is swapped in; 0s for not at all.",
                        otherwise = "0s",
                        min = 0)
                Duration shadow,
        @Setting(
                        doc =
                                "Comparisons that a shadow trial wants; with fewer when its time is over it is decided by what there is.",
                        otherwise = "100",
                        min = 1,
                        max = 100_000)
                int shadowMinimum,
        @Setting(
                        doc =
                                "How long a version is watched after its swap, before it counts as good and is what a gateway goes back to; 0s for no watch.",
                        otherwise = "30s",
                        min = 0)
                Duration watch,
        @Setting(
                        doc =
                                "Comparisons that a version needs to count as good; the bounds are shares of the last so many.",
                        otherwise = "200",
                        min = 1,
                        max = 100_000)
                int watchMinimum,
        @Setting(
                        doc =
                                "Share of live requests that are answered again for comparison while a version is tried or watched.",
                        otherwise = "1",
                        min = 0,
                        max = 1)
                double sampleShare,
        @Setting(
                        doc = "Most requests a second that are answered again for comparison.",
                        otherwise = "200",
                        min = 1,
                        max = 1_000_000)
                int samplesPerSecond,
        @Setting(
                        doc =
                                "Requests that may wait for comparison; one more is left out and counted.",
                        otherwise = "256",
                        min = 1,
                        max = 100_000)
                int queuedSamples,
        @Setting(
                        doc =
                                "Probability of its class from which the reference's answer is sure: only sure answers are compared by class, because a model that has learned little may change its mind; 0 for all.",
                        otherwise = "0.9",
                        min = 0,
                        max = 1)
                double sure,
        @Setting(
                        doc = "Greatest share of sure answers that may be of another class.",
                        otherwise = "0.2",
                        min = 0,
                        max = 1)
                double maxChurn,
        @Setting(
                        doc =
                                "Greatest total variation distance between the classes answered and the reference's, over sure answers to the same inputs.",
                        otherwise = "0.1",
                        min = 0,
                        max = 1)
                double maxDistance,
        @Setting(
                        doc =
                                "How many times as long as the reference's the answer to an input may take, in the median.",
                        otherwise = "3",
                        min = 1,
                        max = 1000)
                double maxSlowdown,
        @Setting(
                        doc =
                                "Greatest share of a version's requests that may end in an error of the gateway.",
                        otherwise = "0.01",
                        min = 0,
                        max = 1)
                double maxFailures) {
    /** Whether any version is tried or watched. */
    public boolean on() {
        return !shadow.isZero() || !watch.isZero();
    }
}
