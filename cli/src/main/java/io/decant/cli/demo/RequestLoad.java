package io.decant.cli.demo;

import io.decant.pipeline.stage.Stage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks the gateway for predictions at a steady rate, so that a reload that hurts a request is seen.
 * <i>Owned by one thread</i>, but the counters may be read by any.
 */
final class RequestLoad implements Stage {
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();
    private final List<HttpRequest> requests;
    private final long gapNanos;
    private final Counters counters;
    private long nextNanos = System.nanoTime();
    private int turn;

    /** Answers so far. */
    static final class Counters {
        private final AtomicLong requests = new AtomicLong();
        private final AtomicLong failed = new AtomicLong();

        long requests() {
            return requests.get();
        }

        long failed() {
            return failed.get();
        }
    }

    /**
     * Makes a load.
     *
     * @param bodies request bodies, sent in turn; at least one
     * @param perSecond requests a second, above 0
     */
    RequestLoad(URI infer, List<String> bodies, double perSecond, Counters counters) {
        this.requests =
                bodies.stream()
                        .map(
                                body ->
                                        HttpRequest.newBuilder(infer)
                                                .timeout(Duration.ofSeconds(10))
                                                .header("Content-Type", "application/json")
                                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                                .build())
                        .toList();
        this.gapNanos = (long) (1e9 / perSecond);
        this.counters = counters;
    }

    @Override
    public String name() {
        return "demo-requests";
    }

    @Override
    public int doWork() throws InterruptedException {
        long wait = nextNanos - System.nanoTime();
        if (wait > 0) {
            LockSupport.parkNanos(Math.min(wait, TimeUnit.MILLISECONDS.toNanos(5)));
            return 0;
        }
        nextNanos += gapNanos;
        boolean served;
        try {
            served =
                    http.send(
                                            requests.get(turn++ % requests.size()),
                                            HttpResponse.BodyHandlers.ofString())
                                    .statusCode()
                            == 200;
        } catch (IOException refused) {
            served = false;
        }
        counters.requests.incrementAndGet();
        if (!served) {
            counters.failed.incrementAndGet();
        }
        return 1;
    }

    @Override
    public void close() {
        // The HTTP client has no resources that outlive its last reference.
    }
}
