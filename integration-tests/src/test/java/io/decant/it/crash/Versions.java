package io.decant.it.crash;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.topics.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** Counts the versions that are committed, as lineage shows them. <i>Owned by one thread.</i> */
final class Versions implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(20);

    private final Consumer<byte[], byte[]> consumer;
    private int seen;

    Versions(ClusterSettings cluster) {
        consumer = new Clients(cluster).consumer("it-versions", Map.of("max.poll.records", 500));
        List<TopicPartition> lineage =
                List.of(new TopicPartition(cluster.topics().name(Topic.LINEAGE), 0));
        consumer.assign(lineage);
        consumer.seekToBeginning(lineage);
    }

    /** Versions committed up to now. */
    int count() {
        seen += consumer.poll(POLL).count();
        return seen;
    }

    /** Lets time pass. */
    int countFor(Duration time) {
        Instant end = Instant.now().plus(time);
        while (Instant.now().isBefore(end)) {
            count();
        }
        return seen;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
