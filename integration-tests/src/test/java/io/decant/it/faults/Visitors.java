package io.decant.it.faults;

import io.decant.it.harness.GatewayClient;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Asks a gateway twenty times a second, and counts answers and failures. <i>Thread-safe.</i> */
final class Visitors implements AutoCloseable {
    private static final long EVERY_MILLIS = 50;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    @SuppressWarnings("FutureReturnValueIgnored") // Each visit counts its own outcome.
    Visitors(GatewayClient gateway, byte[] question) {
        thread.scheduleWithFixedDelay(
                () -> ask(gateway, question), 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void ask(GatewayClient gateway, byte[] question) {
        try {
            gateway.ask(question);
            answered.incrementAndGet();
        } catch (RuntimeException refused) { // However it failed, a visitor got no answer.
            failed.incrementAndGet();
        }
    }

    int answered() {
        return answered.get();
    }

    int failed() {
        return failed.get();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
