package io.decant.trainer.join;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Gives the joiner's group its first offsets. Kafka Streams would choose them by a rule that it
 * follows for ever: then records that retention has removed would be passed over in silence.
 * <i>Thread-safe: no state.</i>
 */
final class FirstOffsets {
    private FirstOffsets() {}

    /**
     * Commits a first offset for each partition that the group has none for.
     *
     * @throws KafkaException when the broker does not answer in time, or refuses
     */
    static void commit(
            Admin admin,
            String group,
            Collection<TopicPartition> partitions,
            JoinerConfig.StartAt startAt,
            Duration patience) {
        OffsetSpec start =
                startAt == JoinerConfig.StartAt.EARLIEST
                        ? OffsetSpec.earliest()
                        : OffsetSpec.latest();
        long millis = patience.toMillis();
        try {
            Map<TopicPartition, OffsetAndMetadata> known =
                    admin.listConsumerGroupOffsets(group)
                            .partitionsToOffsetAndMetadata()
                            .get(millis, TimeUnit.MILLISECONDS);
            Map<TopicPartition, OffsetSpec> wanted =
                    partitions.stream()
                            .filter(partition -> known.get(partition) == null)
                            .collect(Collectors.toMap(Function.identity(), partition -> start));
            if (wanted.isEmpty()) {
                return;
            }
            Map<TopicPartition, OffsetAndMetadata> first = new HashMap<>();
            admin.listOffsets(wanted)
                    .all()
                    .get(millis, TimeUnit.MILLISECONDS)
                    .forEach(
                            (partition, found) ->
                                    first.put(partition, new OffsetAndMetadata(found.offset())));
            admin.alterConsumerGroupOffsets(group, first).all().get(millis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException unanswered) {
            throw new KafkaException(
                    "the first offsets of group " + group + " cannot be committed", unanswered);
        } catch (InterruptedException stopped) {
            throw new InterruptException(stopped);
        }
    }
}
