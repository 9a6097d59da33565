package io.decant.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks several gateways as an application behind a load balancer does: those that say that they are
 * ready, in turn, looked at every {@value #LOOK_MILLIS} ms; another one when a connection is
 * refused, and only then. <i>Thread-safe.</i>
 */
public final class BalancedClient implements AutoCloseable {
    private static final long LOOK_MILLIS = 100;
    private static final Duration PAUSE = Duration.ofMillis(5);

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Integer> ports;
    private final List<GatewayClient> gateways = new ArrayList<>();
    private final byte[] features;
    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final List<String> failures = new ArrayList<>();
    private volatile List<Integer> ready = List.of();
    private volatile boolean ending;
    private volatile int answers;

    /**
     * Begins to ask when a gateway is ready.
     *
     * @param features of the one sample that is asked about
     */
    public BalancedClient(List<Integer> ports, String model, byte[] features) {
        this.ports = List.copyOf(ports);
        this.features = features.clone();
        ports.forEach(port -> gateways.add(new GatewayClient(port, model)));
        threads.execute(this::look);
        threads.execute(this::ask);
    }

    private void look() {
        while (!ending) {
            List<Integer> found = new ArrayList<>();
            for (int i = 0; i < ports.size(); i++) {
                if (isReady(ports.get(i))) {
                    found.add(i);
                }
            }
            ready = found;
            LockSupport.parkNanos(Duration.ofMillis(LOOK_MILLIS).toNanos());
        }
    }

    /** Whether the gateway at a port says so. */
    public boolean isReady(int port) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v2/health/ready"))
                        .timeout(Duration.ofSeconds(5))
                        .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException away) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void ask() {
        int turn = 0;
        boolean begun = false;
        while (!ending) {
            List<Integer> now = ready;
            begun |= !now.isEmpty();
            if (!now.isEmpty()) {
                ask(now, turn++);
            } else if (begun) {
                failed("no gateway is ready");
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private void ask(List<Integer> now, int turn) {
        for (int i = 0; i < now.size(); i++) {
            try {
                gateways.get(now.get((turn + i) % now.size())).ask(features);
                answers++;
                return;
            } catch (UncheckedIOException broken) {
                if (!(broken.getCause() instanceof ConnectException)) {
                    failed(broken.toString());
                    return;
                }
            } catch (IllegalStateException refused) {
                failed(refused.getMessage());
                return;
            }
        }
        failed("every gateway that was ready refused the connection");
    }

    private synchronized void failed(String why) {
        failures.add(why);
    }

    /** Why requests were not answered. */
    public synchronized List<String> failures() {
        return List.copyOf(failures);
    }

    /** Requests that were answered. */
    public int answers() {
        return answers;
    }

    @Override
    public void close() {
        ending = true;
        threads.shutdown();
    }
}
