package io.decant.gateway.http;

import io.decant.pipeline.config.Setting;
import io.decant.pipeline.http.HttpSecurity;
import java.time.Duration;
import java.util.Optional;

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
        @Setting(
                        doc =
                                "Threads that read requests and compute answers; each answers a batch at a time.",
                        otherwise = "2",
                        min = 1,
                        max = 1024)
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
                                "Bytes of request bodies that may be in memory at a time; a request beyond it is answered with status 503.",
                        otherwise = "16777216",
                        min = 1024,
                        max = 1L << 40)
                long queuedBytes,
        @Setting(
                        doc =
                                "Inputs after which no further waiting request is taken into a batch; 1 answers each request alone.",
                        otherwise = "32",
                        min = 1,
                        max = 100_000)
                int batchRows,
        @Setting(
                        doc =
                                "How long a batch waits for more requests; 0 takes what is there and adds no delay.",
                        otherwise = "0s",
                        min = 0,
                        max = 60_000)
                Duration batchWait,
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
                        doc =
                                "Age of the served model's watermark beyond which the gateway says that it is not ready; it goes on answering. Not set: any age is ready.",
                        otherwise = "",
                        min = 1)
                Optional<Duration> stalenessLimit,
        @Setting(
                        doc =
                                "How long a stopping gateway goes on answering after it has said that it is not ready, so that load balancers notice.",
                        otherwise = "3s",
                        min = 0)
                Duration drain,
        @Setting(
                        doc = "How long a stop waits for the requests in progress.",
                        otherwise = "5s",
                        min = 0)
                Duration stopPatience,
        HttpSecurity security) {}
