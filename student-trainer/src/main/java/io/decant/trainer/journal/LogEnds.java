package io.decant.trainer.journal;

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
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Asks where logs end, open transactions included. Reading committed records up to there skips
 * nothing: the reader waits until every transaction is decided. <i>Thread-safe: all methods are
 * pure.</i>
 */
public final class LogEnds {
    private LogEnds() {}

    /**
     * The first offset after each partition's log.
     *
     * @throws KafkaException when the broker does not answer in time
     */
    public static Map<TopicPartition, Long> of(
            Admin admin, Collection<TopicPartition> partitions, Duration patience) {
        try {
            ListOffsetsResult asked =
                    admin.listOffsets(
                            partitions.stream()
                                    .collect(
                                            Collectors.toMap(
                                                    Function.identity(),
                                                    each -> OffsetSpec.latest())));
            Map<TopicPartition, Long> ends = new HashMap<>();
            asked.all()
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS)
                    .forEach((partition, end) -> ends.put(partition, end.offset()));
            return ends;
        } catch (ExecutionException | TimeoutException unanswered) {
            throw new KafkaException(
                    "the broker does not say where " + partitions + " end", unanswered);
        } catch (InterruptedException stopped) {
            throw new InterruptException(stopped);
        }
    }
}
