package io.decant.pipeline.trace;

import io.decant.pipeline.config.Setting;
import java.util.Optional;

/** Where a service tells what it did with traced records. <i>Immutable.</i> */
public record TracingSettings(
        @Setting(
                        doc =
                                "Address of an OpenTelemetry collector's HTTP receiver, such as http://localhost:4318/v1/traces; without it the context of records is passed on and nothing is told.",
                        otherwise = "")
                Optional<String> endpoint,
        @Setting(
                        doc = "Spans that may wait for the collector; more are dropped.",
                        otherwise = "2048",
                        min = 1,
                        max = 1_000_000)
                int queuedSpans) {}
