package io.decant.it.faults;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.DType;
import io.decant.records.Label;
import io.decant.records.Sample;
import io.decant.records.Tensor;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Samples at a steady rate, every fourth with its label, from a producer that keeps what it cannot
 * send and tries again: what an application does that must not lose a sample while a broker is
 * away. <i>Thread-safe.</i>
 */
final class RetryingStream implements AutoCloseable {
    static final int WIDTH = 16;
    private static final int LABEL_EVERY = 4;

    private final Topics topics;
    private final RecordCodec codec;
    private final Producer<byte[], byte[]> producer;
    private final int perSecond;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean ending;
    private int produced;

    /**
     * Registers what it writes; sends nothing yet.
     *
     * @param longest longest time that a record may wait to be sent; above that of the outage
     */
    RetryingStream(ClusterSettings cluster, int perSecond, Duration longest) {
        this.perSecond = perSecond;
        topics = cluster.topics();
        codec = new RecordCodec(cluster);
        producer =
                new Clients(cluster)
                        .producer(
                                "it-retrying",
                                Map.of(
                                        "delivery.timeout.ms",
                                        (int) longest.toMillis(),
                                        "max.block.ms",
                                        longest.toMillis()));
        codec.encode(Topic.SAMPLES, sample(id(0), 0));
        codec.encode(Topic.LABELS, new Label(id(0), 0, null, "test", 0L));
    }

    void start() {
        thread.execute(this::run);
    }

    private void run() {
        long start = System.nanoTime();
        while (!ending) {
            long due = (System.nanoTime() - start) * perSecond / 1_000_000_000L;
            while (produced < due) {
                send(produced++);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    private void send(int index) {
        String id = id(index);
        send(Topic.SAMPLES, id, codec.encode(Topic.SAMPLES, sample(id, index)), acknowledged);
        if (index % LABEL_EVERY == 0) {
            Label label = new Label(id, index % 2, null, "test", System.currentTimeMillis());
            send(Topic.LABELS, id, codec.encode(Topic.LABELS, label), new AtomicInteger());
        }
    }

    private static Sample sample(String id, int index) {
        byte[] features = new byte[WIDTH];
        ByteBuffer.wrap(features).putInt(index);
        return new Sample(
                id,
                new Tensor(DType.U8, List.of(WIDTH), ByteBuffer.wrap(features)),
                System.currentTimeMillis(),
                Map.of());
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The callback hears of every outcome.
    private void send(Topic topic, String id, byte[] value, AtomicInteger accepted) {
        producer.send(
                new ProducerRecord<>(
                        topics.name(topic),
                        topics.samplePartition(id),
                        id.getBytes(StandardCharsets.UTF_8),
                        value),
                (RecordMetadata at, Exception failure) ->
                        (failure == null ? accepted : refused).incrementAndGet());
    }

    private static String id(int index) {
        return "sample-" + index;
    }

    /** Labels of the first so many samples. */
    static int labels(int samples) {
        return (samples + LABEL_EVERY - 1) / LABEL_EVERY;
    }

    /** Samples that the broker has acknowledged. */
    int acknowledged() {
        return acknowledged.get();
    }

    /** Ends the stream when all that was produced is decided; returns how many samples that is. */
    int end() throws InterruptedException {
        ending = true;
        thread.shutdown();
        if (!thread.awaitTermination(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the stream does not end");
        }
        producer.flush();
        return produced;
    }

    /** Records that the producer has given up. */
    int refused() {
        return refused.get();
    }

    @Override
    public void close() {
        ending = true;
        thread.shutdownNow();
        producer.close(Duration.ZERO);
        codec.close();
    }
}
