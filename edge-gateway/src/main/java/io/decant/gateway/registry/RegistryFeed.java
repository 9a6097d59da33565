package io.decant.gateway.registry;

import io.decant.records.DeadLetterReason;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The model's changes in the order of the registry, from its beginning. A feed that threw is closed
 * and opened again by its reader. <i>Owned by the follower's thread.</i>
 */
public interface RegistryFeed extends AutoCloseable {
    /**
     * Changes that came since the last call.
     *
     * @param atMost longest wait for the first one
     * @throws org.apache.kafka.common.KafkaException if broker or schema registry cannot be used
     */
    Batch poll(Duration atMost);

    @Override
    void close();

    /** Opens a feed at the registry's beginning. */
    @FunctionalInterface
    interface Opener {
        /**
         * Opens it.
         *
         * @throws org.apache.kafka.common.KafkaException if clients cannot be made
         * @throws io.decant.pipeline.config.ConfigurationException if the cluster is not as it must
         *     be
         */
        RegistryFeed open();
    }

    /**
     * What one poll brought.
     *
     * @param refused records that could not be read; they are passed
     * @param bytes size of all records read, keys and values
     * @param caughtUp whether nothing more was there when the broker answered last
     */
    record Batch(List<RegistryEvent> events, List<Refused> refused, long bytes, boolean caughtUp) {
        public Batch {
            events = List.copyOf(events);
            refused = List.copyOf(refused);
        }
    }

    /** A record that could not be read, whole, for the dead-letter topic. */
    record Refused(ConsumerRecord<byte[], byte[]> origin, DeadLetterReason reason, String detail) {}
}
