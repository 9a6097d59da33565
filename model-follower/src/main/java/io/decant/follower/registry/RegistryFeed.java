package io.decant.follower.registry;

import io.decant.records.DeadLetterReason;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The model's changes in the order of the registry, from near its end: of a long registry a
 * follower needs the newest part, and asks for older parts when it does not suffice. A feed that
 * threw is closed and opened again by its reader. <i>Owned by the follower's thread.</i>
 */
public interface RegistryFeed extends AutoCloseable {
    /**
     * Changes that came since the last call. Orders come from their beginning.
     *
     * @param atMost longest wait for the first one
     * @throws org.apache.kafka.common.KafkaException if broker or schema registry cannot be used
     */
    Batch poll(Duration atMost);

    /**
     * Changes before all that were given so far, the newest first; more of them with each call.
     *
     * @throws org.apache.kafka.common.KafkaException as {@link #poll}
     */
    Batch older();

    /** Whether nothing is older than what was given. */
    boolean whole();

    /** Kafka's id of the registry topic: one that was deleted and made again has another. */
    String topicId();

    @Override
    void close();

    /** Opens a feed near the registry's end. */
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
     * @param refused records that could not be read or must not be believed; they are passed
     * @param bytes size of all records read, keys and values
     * @param caughtUp whether nothing more was there when the broker answered last
     * @param skipped whether records after these were passed over, because there were too many
     */
    record Batch(
            List<Change> changes,
            List<Refused> refused,
            long bytes,
            boolean caughtUp,
            boolean skipped) {
        public Batch {
            changes = List.copyOf(changes);
            refused = List.copyOf(refused);
        }
    }

    /** A change and the record that says so. */
    record Change(RegistryEvent event, ConsumerRecord<byte[], byte[]> origin) {}

    /** A record that changes nothing, whole, for the dead-letter topic. */
    record Refused(ConsumerRecord<byte[], byte[]> origin, DeadLetterReason reason, String detail) {}
}
