package io.decant.pipeline.monitor;

import io.decant.pipeline.config.Setting;
import io.decant.pipeline.http.HttpSecurity;
import java.time.Duration;

/** What a service shows of itself, and where. <i>Immutable.</i> */
public record MonitorSettings(
        @Setting(
                        doc =
                                "Whether to open a port with /livez, /readyz and /metrics, and to write load and lag to training-metrics.",
                        otherwise = "true")
                boolean enabled,
        @Setting(doc = "Address to listen on; 0.0.0.0 is every interface.", otherwise = "127.0.0.1")
                String host,
        @Setting(
                        doc = "Port to listen on; 0 takes a free one, which the log names.",
                        otherwise = "0",
                        min = 0,
                        max = 65535)
                int port,
        @Setting(
                        doc = "Time between two points of load and lag in training-metrics.",
                        otherwise = "2s",
                        min = 100)
                Duration interval,
        @Setting(
                        doc =
                                "How long a turn of the service may last before /livez says that it hangs; longer than any outage that the service is to wait out.",
                        otherwise = "15m",
                        min = 1_000)
                Duration stallLimit,
        HttpSecurity security) {}
