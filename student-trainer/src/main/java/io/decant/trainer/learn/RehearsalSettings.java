package io.decant.trainer.learn;

import io.decant.pipeline.config.Setting;

/** What is remembered against forgetting. <i>Immutable.</i> */
public record RehearsalSettings(
        @Setting(
                        doc =
                                "Samples that are remembered, with their teacher's answer, each of the past as likely as any other; as many of them as there are new ones join each step. The shadow remembers as many, with their labels. 0 is off.",
                        otherwise = "2000",
                        min = 0,
                        max = 1_000_000)
                int capacity,
        @Setting(
                        doc =
                                "Most bytes that each of the two memories may hold; with larger samples they remember fewer.",
                        otherwise = "16777216",
                        min = 1024,
                        max = 1_073_741_824)
                int maxBytes,
        @Setting(
                        doc = "Nothing is rehearsed before so many are remembered.",
                        otherwise = "32",
                        min = 1,
                        max = 1_000_000)
                int minimum) {

    /** Nothing is remembered. */
    public static final RehearsalSettings OFF = new RehearsalSettings(0, 16 << 20, 32);

    /** Rows of this size that are remembered: fewer than {@code capacity} when they are large. */
    int rows(int rowBytes) {
        return Math.min(capacity, maxBytes / rowBytes);
    }
}
