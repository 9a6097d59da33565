package io.decant.gateway.feedback;

import io.decant.pipeline.config.Setting;

/** Bounds of sending served inputs back as samples. <i>Immutable.</i> */
public record FeedbackSettings(
        @Setting(
                        doc =
                                "Share of served inputs that go to the topic samples, chosen by a hash of the sample's id; 0 for none.",
                        otherwise = "0",
                        min = 0,
                        max = 1)
                double share,
        @Setting(
                        doc = "Most served inputs a second that go to the topic samples.",
                        otherwise = "100",
                        min = 1,
                        max = 1_000_000)
                int maxPerSecond,
        @Setting(
                        doc =
                                "Served inputs that may wait to be sent; one more is dropped and counted.",
                        otherwise = "256",
                        min = 1,
                        max = 100_000)
                int queue) {
    /** Whether any input goes back. */
    public boolean on() {
        return share > 0;
    }
}
