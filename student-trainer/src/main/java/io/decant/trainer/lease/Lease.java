package io.decant.trainer.lease;

import io.decant.pipeline.failpoint.FailPoint;
import io.decant.pipeline.kafka.Clients;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.RebalanceInProgressException;

/**
 * The right to train a model: held while the model's partition of the trainer-state topic is
 * assigned to this process. Each model has a group of its own, whose members are the processes that
 * may train it. The group reads nothing; it only deals out partitions, and its generation fences a
 * trainer that was away. <i>Owned by the trainer's stage thread.</i>
 */
public final class Lease implements AutoCloseable {
    /** A standby hears of the owner's death with its next heartbeat. */
    private static final int HEARTBEATS_IN_SESSION = 6;

    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition wanted;
    private final Duration sessionTimeout;
    private final String process;
    private boolean dealt;
    private boolean assigned;
    private Optional<Term> term = Optional.empty();

    /**
     * Joins the model's group with the first poll.
     *
     * @param process name of this process, another for each
     * @param sessionTimeout silence after which the group gives the lease to another member
     */
    public Lease(
            Clients clients, Topics topics, String model, String process, Duration sessionTimeout) {
        String topic = topics.name(Topic.TRAINER_STATE);
        this.wanted = new TopicPartition(topic, topics.modelPartition(model));
        this.sessionTimeout = sessionTimeout;
        this.process = process;
        this.consumer =
                clients.consumer(
                        "trainer-" + model + "-lease",
                        Map.of(
                                "group.id",
                                topics.prefix() + "trainer-" + model,
                                "group.protocol",
                                "classic",
                                "partition.assignment.strategy",
                                SoleOwnerAssignor.class.getName(),
                                SoleOwnerAssignor.PROCESS,
                                process,
                                "session.timeout.ms",
                                (int) sessionTimeout.toMillis(),
                                "heartbeat.interval.ms",
                                (int) sessionTimeout.toMillis() / HEARTBEATS_IN_SESSION,
                                // Nothing is ever fetched; the client only wants to know a
                                // position.
                                "auto.offset.reset",
                                "latest"));
        consumer.subscribe(List.of(topic), new Assignment());
    }

    /**
     * Takes part in the group; must be called regularly.
     *
     * @return the term that runs now; empty while another member holds the lease
     */
    public Optional<Term> poll(Duration wait) {
        consumer.poll(wait);
        if (assigned && term.isEmpty()) {
            term = Optional.of(new Term(consumer.groupMetadata(), sessionTimeout));
        }
        term.ifPresent(running -> running.renew(consumer.groupMetadata()));
        return term;
    }

    /** Whether the group has decided who holds the lease, and counts this process as a member. */
    public boolean isDealt() {
        return dealt;
    }

    /**
     * Has the group confirm that this process is a member now. What {@link #poll} knows may be old:
     * a process that was stopped for a while wakes up with the memory of a lease that is another's
     * by now.
     *
     * <p>The question is a commit, because a coordinator refuses it from a stale member. It needs a
     * partition and an offset. The journal's partitions belong to the trainer's transactions, so it
     * is the leased partition; and its end, so that a tool which lists the group shows a lease that
     * was proven up to there, and no backlog of a topic that nobody here consumes.
     *
     * @return false when the group refuses: the lease is lost, or dealt anew just now
     * @throws KafkaException when the group cannot be asked
     */
    public boolean prove() {
        try {
            long end = consumer.endOffsets(List.of(wanted), sessionTimeout).get(wanted);
            consumer.commitSync(
                    Map.of(wanted, new OffsetAndMetadata(end, "lease of " + process)),
                    sessionTimeout);
            return true;
        } catch (CommitFailedException
                | RebalanceInProgressException
                | FencedInstanceIdException refused) {
            return false;
        }
    }

    @Override
    public void close() {
        term.ifPresent(Term::end);
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
    }

    private final class Assignment implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> added) {
            dealt = true;
            consumer.pause(added);
            assigned |= added.contains(wanted);
            if (added.contains(wanted)) {
                FailPoint.TRAINER_DURING_REBALANCE.reach();
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
            if (revoked.contains(wanted)) {
                assigned = false;
                term.ifPresent(Term::end);
                term = Optional.empty();
            }
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> lost) {
            dealt = false;
            onPartitionsRevoked(lost);
        }
    }
}
