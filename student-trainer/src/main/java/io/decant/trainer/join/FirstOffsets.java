package io.decant.trainer.join;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Gives the joiner's group its first offsets. Kafka Streams would choose them by a rule that it
 * follows for ever: then records that retention has removed would be passed over in silence.
 * <i>Immutable and thread-safe.</i>
 */
final class FirstOffsets {
    private final Admin admin;
    private final String group;
    private final OffsetSpec start;
    private final long patienceMillis;

    /**
     * @param startAt where a group begins that has never committed
     * @param patience longest wait for each answer of the broker
     */
    FirstOffsets(Admin admin, String group, JoinerConfig.StartAt startAt, Duration patience) {
        this.admin = admin;
        this.group = group;
        this.start =
                startAt == JoinerConfig.StartAt.EARLIEST
                        ? OffsetSpec.earliest()
                        : OffsetSpec.latest();
        this.patienceMillis = patience.toMillis();
    }

    /**
     * Commits a first offset for each partition that the group has none for.
     *
     * @throws KafkaException when the broker does not answer in time, or refuses
     */
    void commit(Collection<TopicPartition> partitions) {
        try {
            Set<TopicPartition> missing = missing(partitions);
            if (missing.isEmpty()) {
                return;
            }
            try {
                answer(admin.alterConsumerGroupOffsets(group, first(missing)).all());
            } catch (ExecutionException refused) {
                // Another joiner that started at the same moment may have done it.
                if (!missing(partitions).isEmpty()) {
                    throw refused;
                }
            }
        } catch (ExecutionException | TimeoutException unanswered) {
            throw new KafkaException(
                    "the first offsets of group "
                            + group
                            + " cannot be committed: "
                            + unanswered.getMessage(),
                    unanswered);
        } catch (InterruptedException stopped) {
            throw new InterruptException(stopped);
        }
    }

    private Set<TopicPartition> missing(Collection<TopicPartition> partitions)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> known =
                answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        return partitions.stream()
                .filter(partition -> known.get(partition) == null)
                .collect(Collectors.toSet());
    }

    private Map<TopicPartition, OffsetAndMetadata> first(Set<TopicPartition> missing)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> first = new HashMap<>();
        answer(
                        admin.listOffsets(
                                        missing.stream()
                                                .collect(
                                                        Collectors.toMap(
                                                                Function.identity(), p -> start)))
                                .all())
                .forEach(
                        (partition, at) ->
                                first.put(partition, new OffsetAndMetadata(at.offset())));
        return first;
    }

    private <T> T answer(KafkaFuture<T> asked)
            throws ExecutionException, TimeoutException, InterruptedException {
        return asked.get(patienceMillis, TimeUnit.MILLISECONDS);
    }
}
