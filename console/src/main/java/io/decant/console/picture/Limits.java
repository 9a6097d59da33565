package io.decant.console.picture;

import io.decant.pipeline.config.Setting;

/** How much of the past a console keeps in memory, and shows. <i>Immutable.</i> */
public record Limits(
        @Setting(
                        doc =
                                "Points of a model's curves; when they are too many, every second one of the older half goes.",
                        otherwise = "900",
                        min = 16,
                        max = 100_000)
                int points,
        @Setting(
                        doc = "Events kept; the oldest goes first, here and below.",
                        otherwise = "300",
                        min = 4,
                        max = 100_000)
                int events,
        @Setting(
                        doc = "Versions kept, of all models together.",
                        otherwise = "300",
                        min = 4,
                        max = 100_000)
                int versions,
        @Setting(doc = "Gateways kept.", otherwise = "1000", min = 4, max = 100_000) int gateways,
        @Setting(doc = "Dead letters kept.", otherwise = "100", min = 4, max = 10_000) int letters,
        @Setting(
                        doc = "Models whose curves are kept; further ones are left out.",
                        otherwise = "16",
                        min = 1,
                        max = 1000)
                int models) {}
