package io.decant.trainer;

import io.decant.pipeline.failpoint.FailPoint;
import io.decant.pipeline.kafka.Clients;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;

/**
 * The right to train a model: held while the model's partition of the trainer-state topic is
 * assigned to this process. The group reads nothing; it only deals out partitions, and its
 * generation fences a trainer that was away. <i>Owned by the trainer's stage thread.</i>
 */
final class Lease implements AutoCloseable {
    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition wanted;
    private boolean held;
    private long losses;

    Lease(Clients clients, Topics topics, String model) {
        String topic = topics.name(Topic.TRAINER_STATE);
        wanted = new TopicPartition(topic, topics.modelPartition(model));
        consumer =
                clients.consumer(
                        "trainer-" + model + "-lease",
                        Map.of(
                                "group.id",
                                topics.prefix() + "trainer",
                                "group.protocol",
                                "classic",
                                "partition.assignment.strategy",
                                "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
                                "session.timeout.ms",
                                6000,
                                "heartbeat.interval.ms",
                                2000,
                                // Nothing is ever fetched; the client only wants to know a
                                // position.
                                "auto.offset.reset",
                                "latest"));
        consumer.subscribe(List.of(topic), new Assignment());
    }

    /** Takes part in the group; must be called regularly. */
    void poll(Duration wait) {
        consumer.poll(wait);
    }

    boolean isHeld() {
        return held;
    }

    /** How often the lease was lost: a change means that it was, even if it is held again. */
    long losses() {
        return losses;
    }

    /** The generation that a transaction must name to be valid. */
    ConsumerGroupMetadata generation() {
        return consumer.groupMetadata();
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
    }

    private final class Assignment implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
            consumer.pause(assigned);
            held |= assigned.contains(wanted);
            if (held) {
                FailPoint.TRAINER_DURING_REBALANCE.reach();
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
            if (revoked.contains(wanted)) {
                held = false;
                losses++;
            }
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> lost) {
            onPartitionsRevoked(lost);
        }
    }
}
