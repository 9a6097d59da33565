package io.decant.follower.reload;

import io.decant.pipeline.config.Setting;
import java.time.Duration;

/** Bounds of following the registry and of reloading. <i>Immutable.</i> */
public record ReloadSettings(
        @Setting(
                        doc = "Largest model that is fetched, bytes of its anchor.",
                        otherwise = "268435456",
                        min = 1024,
                        max = 1 << 30)
                long maxModelBytes,
        @Setting(
                        doc =
                                "Manifests remembered; beyond it the oldest without an alias is forgotten.",
                        otherwise = "4096",
                        min = 2,
                        max = 1_000_000)
                int maxVersions,
        @Setting(
                        doc = "Longest wait for one version's chunks, before it is tried again.",
                        otherwise = "20s",
                        min = 100)
                Duration fetchTimeout,
        @Setting(doc = "Longest wait for news in one turn.", otherwise = "100ms", min = 1)
                Duration pollTime,
        @Setting(
                        doc =
                                "Wait after the first failure to reach the cluster; doubles with each.",
                        otherwise = "200ms",
                        min = 1)
                Duration retryWait,
        @Setting(
                        doc = "Longest wait between two tries to reach the cluster.",
                        otherwise = "15s",
                        min = 1)
                Duration maxRetryWait,
        @Setting(
                        doc =
                                "How far answers to the canned inputs may be from the trainer's, relative to the larger of 1 and the greatest expected logit.",
                        otherwise = "0.001",
                        min = 0,
                        max = 1)
                double smokeTolerance,
        @Setting(
                        doc =
                                "Shortest time between two writes of the last good model to disk; it is also written at a clean stop.",
                        otherwise = "60s",
                        min = 0)
                Duration saveInterval,
        @Setting(
                        doc =
                                "Most bytes a second of weights that are fetched, so that others on a thin link get through; 0 for no bound.",
                        otherwise = "0",
                        min = 0,
                        max = 1 << 30)
                long maxBytesPerSecond) {}
