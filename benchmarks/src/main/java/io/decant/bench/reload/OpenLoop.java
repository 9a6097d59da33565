package io.decant.bench.reload;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Sends requests at fixed moments, whether or not earlier ones were answered, and counts latency
 * from those moments: a server that stalls is not spared the requests that it kept waiting. Every
 * answer is compared with what the version that it names answers. <i>Owned by one thread.</i>
 */
final class OpenLoop implements AutoCloseable {
    private final List<Client> clients;
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private final Map<Long, Long> firstSeen = new ConcurrentHashMap<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private volatile Window window = new Window(1);

    /** Latencies of one stretch of time, nanoseconds. <i>Thread-safe.</i> */
    static final class Window {
        private final long[] nanos;
        private final AtomicLong count = new AtomicLong();

        Window(int capacity) {
            nanos = new long[capacity];
        }

        void add(long latency) {
            long index = count.getAndIncrement();
            if (index < nanos.length) {
                nanos[(int) index] = latency;
            }
        }

        /** Milliseconds; {@code share} in [0, 1]. */
        double millis(double share) {
            int length = (int) Math.min(nanos.length, count.get());
            long[] sorted = Arrays.copyOf(nanos, length);
            Arrays.sort(sorted);
            return length == 0 ? Double.NaN : sorted[(int) (share * (length - 1))] / 1e6;
        }
    }

    OpenLoop(int port, String model, VersionSource source, int connections, double perSecond) {
        long start = System.nanoTime();
        long gap = (long) (1e9 * connections / perSecond);
        clients =
                IntStream.range(0, connections)
                        .mapToObj(
                                i ->
                                        new Client(
                                                port,
                                                model,
                                                source,
                                                i,
                                                start + i * gap / connections,
                                                gap))
                        .toList();
        clients.forEach(Thread::start);
    }

    /** Begins a stretch of time of its own. */
    Window begin(int capacity) {
        window = new Window(capacity);
        return window;
    }

    /** Requests without an answer of status 200. */
    long failed() {
        return failed.get();
    }

    /** Answers that are not those of the version that they name. */
    long wrong() {
        return wrong.get();
    }

    long answered() {
        return answered.get();
    }

    /** When a version was first seen in an answer, by System.nanoTime; null if not yet. */
    Long firstSeen(long version) {
        return firstSeen.get(version);
    }

    @Override
    public void close() {
        stopped.set(true);
        for (Client client : clients) {
            client.interrupt();
            try {
                client.join(1000);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final class Client extends Thread {
        private final int port;
        private final String model;
        private final VersionSource source;
        private final int index;
        private final long gap;
        private long due;

        Client(int port, String model, VersionSource source, int index, long start, long gap) {
            super("open-loop-" + index);
            this.port = port;
            this.model = model;
            this.source = source;
            this.index = index;
            this.due = start;
            this.gap = gap;
            setDaemon(true);
        }

        @Override
        public void run() {
            int probe = index % VersionSource.PROBES;
            byte[] input = source.spec().cannedInputs().get(probe).bytes();
            while (!stopped.get()) {
                try (Connection connection = new Connection(port, model, input.length)) {
                    while (!stopped.get()) {
                        Pause.nanos(due - System.nanoTime());
                        Connection.Answer answer = connection.ask(input);
                        long now = System.nanoTime();
                        window.add(now - due);
                        check(answer, probe, now);
                        due += gap;
                    }
                } catch (IOException broken) {
                    if (!stopped.get()) {
                        failed.incrementAndGet();
                        due += gap;
                    }
                }
            }
        }

        private void check(Connection.Answer answer, int probe, long now) {
            if (answer.status() != 200) {
                failed.incrementAndGet();
                return;
            }
            answered.incrementAndGet();
            firstSeen.putIfAbsent(answer.version(), now);
            if (!Arrays.equals(source.answer(answer.version(), probe), answer.logits())) {
                wrong.incrementAndGet();
            }
        }
    }
}
