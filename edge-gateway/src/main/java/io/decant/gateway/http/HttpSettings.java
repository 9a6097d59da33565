package io.decant.gateway.http;

import io.decant.pipeline.config.Setting;
import java.time.Duration;

/** Where and within which bounds a gateway answers. <i>Immutable.</i> */
public record HttpSettings(
        @Setting(doc = "Address to listen on; 0.0.0.0 is every interface.", otherwise = "127.0.0.1")
                String host,
        @Setting(
                        doc = "Port to listen on; 0 takes a free one.",
                        otherwise = "8090",
                        min = 0,
                        max = 65535)
                int port,
        @Setting(
                        doc = "Threads that read and write connections.",
                        otherwise = "1",
                        min = 1,
                        max = 64)
                int ioThreads,
        @Setting(doc = "Threads that compute answers.", otherwise = "2", min = 1, max = 1024)
                int workerThreads,
        @Setting(
                        doc =
                                "Requests that may wait for a thread; more are answered with status 503.",
                        otherwise = "256",
                        min = 0,
                        max = 100_000)
                int queuedRequests,
        @Setting(
                        doc =
                                "Largest request body, bytes; a larger one is answered with status 413.",
                        otherwise = "4194304",
                        min = 1024,
                        max = 1 << 30)
                int maxBodyBytes,
        @Setting(
                        doc = "Most inputs in one request; more are answered with status 413.",
                        otherwise = "1024",
                        min = 1,
                        max = 1_000_000)
                int maxBatchRows,
        @Setting(
                        doc = "How long a connection may be silent before it is closed.",
                        otherwise = "60s",
                        min = 100)
                Duration idleTimeout,
        @Setting(
                        doc = "How long a stop waits for the requests in progress.",
                        otherwise = "5s",
                        min = 0)
                Duration stopPatience) {}
