package io.decant.gateway.store;

import io.decant.pipeline.config.Setting;
import java.nio.file.Path;
import java.time.Duration;

/** The last good model on disk. <i>Immutable.</i> */
public record StoreSettings(
        @Setting(
                        doc = "Folder of the last good model, to serve from when Kafka is away.",
                        otherwise = "gateway-data")
                Path folder,
        @Setting(
                        doc =
                                "Shortest time between two writes of it; it is also written at a clean stop.",
                        otherwise = "60s",
                        min = 0)
                Duration saveInterval) {}
