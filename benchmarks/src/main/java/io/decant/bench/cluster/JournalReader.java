package io.decant.bench.cluster;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.topics.Topic;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/** Reads committed training pairs as they come. <i>Thread-safe: it has no state.</i> */
public final class JournalReader {
    private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(120);

    private JournalReader() {}

    /**
     * What was read.
     *
     * @param ended when the last pair was there, by {@link System#nanoTime}
     * @param meanBytes of a pair's value
     */
    public record Journal(long ended, double meanBytes) {}

    /**
     * Reads so many pairs, each of another sample.
     *
     * @throws IllegalStateException if a sample comes twice, or nothing comes for two minutes
     */
    public static Journal read(ClusterSettings cluster, int pairs) {
        Set<ByteBuffer> ids = new HashSet<>();
        try (Consumer<byte[], byte[]> consumer =
                new Clients(cluster).consumer("journal-reader", Clients.BULK_FETCH)) {
            List<TopicPartition> all =
                    Move.partitions(cluster.topics(), List.of(Topic.TRAINING_PAIRS));
            consumer.assign(all);
            consumer.seekToBeginning(all);
            long bytes = 0;
            long moved = System.nanoTime();
            while (ids.size() < pairs) {
                ConsumerRecords<byte[], byte[]> batch = consumer.poll(Duration.ofMillis(200));
                for (ConsumerRecord<byte[], byte[]> pair : batch) {
                    bytes += pair.value().length;
                    if (!ids.add(ByteBuffer.wrap(pair.key()))) {
                        throw new IllegalStateException(
                                "every sample must be one pair, one came twice");
                    }
                }
                moved = batch.isEmpty() ? moved : System.nanoTime();
                if (System.nanoTime() - moved > STALL_NANOS) {
                    throw new IllegalStateException(
                            "no pair was committed for two minutes; there are %d of %d"
                                    .formatted(ids.size(), pairs));
                }
            }
            return new Journal(moved, (double) bytes / pairs);
        }
    }
}
