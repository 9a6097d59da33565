package io.decant.follower.registry;

import io.decant.follower.pace.Throttle;
import io.decant.follower.reload.WeightsReader;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.CheckpointForm;
import io.decant.records.OffsetRange;
import io.decant.records.WeightsChunk;
import io.decant.topics.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Seeks to a form's chunks and stops after them. Reading is bounded by the range, by time, and by
 * the bytes that the manifest announced. The consumer is made at the first read.
 *
 * <p>A broker answers a fetch with at least one whole batch; asked for one byte, it sends exactly
 * one. A poll that returns the last record of a batch would send the next fetch ahead, so records
 * are taken one at a time, and the partition is paused before the batch's end is noticed: nothing
 * behind the range is ever sent. <i>Owned by the follower's thread.</i>
 */
public final class KafkaWeightsReader implements WeightsReader {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Map<String, Object> ONE_BATCH_AT_A_TIME =
            Map.of("max.partition.fetch.bytes", 1, "max.poll.records", 1);

    private final ClusterSettings cluster;
    private final String clientId;
    private final Duration patience;
    private final Throttle throttle;
    private final InstantSource clock;
    private final RecordCodec codec;
    private Consumer<byte[], byte[]> consumer;

    /**
     * Makes a reader.
     *
     * @param patience longest time for one form, without the time that {@code throttle} takes
     */
    public KafkaWeightsReader(
            ClusterSettings cluster,
            String clientId,
            Duration patience,
            Throttle throttle,
            InstantSource clock) {
        this.cluster = cluster;
        this.clientId = clientId;
        this.patience = patience;
        this.throttle = throttle;
        this.clock = clock;
        codec = new RecordCodec(cluster);
    }

    @Override
    public Read read(String model, CheckpointForm form) {
        if (consumer == null) {
            consumer = new Clients(cluster).consumer(clientId, ONE_BATCH_AT_A_TIME);
        }
        OffsetRange range = form.getChunks();
        TopicPartition partition =
                new TopicPartition(
                        cluster.topics().name(Topic.MODEL_WEIGHTS), range.getPartition());
        consumer.assign(List.of(partition));
        consumer.resume(List.of(partition));
        consumer.seek(partition, range.getFrom());
        try {
            return read(model, form, partition);
        } catch (OffsetOutOfRangeException gone) {
            // It will not come back: another way to the version is wanted, not another try.
            return new Read(
                    List.of(),
                    List.of(
                            "its chunks at "
                                    + partition
                                    + " offsets "
                                    + range.getFrom()
                                    + " to "
                                    + range.getTo()
                                    + " are not in the topic"),
                    0);
        } finally {
            // Nothing is fetched until the next range is wanted.
            consumer.pause(List.of(partition));
        }
    }

    private Read read(String model, CheckpointForm form, TopicPartition partition) {
        long end = form.getChunks().getTo();
        long deadline = clock.millis() + patience.toMillis();
        List<WeightsChunk> chunks = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        long received = 0;
        long data = 0;
        boolean complete = false;
        while (!complete) {
            long asked = clock.millis();
            throttle.await();
            deadline += clock.millis() - asked;
            if (clock.millis() > deadline) {
                throw new TimeoutException(
                        "the chunks at "
                                + partition
                                + " offsets "
                                + form.getChunks().getFrom()
                                + " to "
                                + end
                                + " could not be read within "
                                + patience);
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.offset() >= end) {
                    continue;
                }
                received += KafkaRegistryFeed.size(record);
                throttle.took(KafkaRegistryFeed.size(record));
                if (!belongs(record, model)) {
                    continue;
                }
                Decoded<WeightsChunk> decoded =
                        codec.decode(Topic.MODEL_WEIGHTS, record.value(), WeightsChunk.class);
                if (decoded instanceof Decoded.Good<WeightsChunk> good) {
                    data += good.value().getData().remaining();
                    chunks.add(good.value());
                } else if (decoded instanceof Decoded.Bad<WeightsChunk> bad) {
                    problems.add("the chunk at offset " + record.offset() + ": " + bad.detail());
                }
            }
            if (data > form.getBytes()) {
                problems.add(
                        "the chunks hold more than the " + form.getBytes() + " bytes announced");
            }
            if (chunks.size() > form.getChunkDigests().size()) {
                problems.add(
                        "the offset range holds more chunks of the model than the manifest announces, "
                                + form.getChunkDigests().size());
            }
            complete = !problems.isEmpty() || consumer.position(partition) >= end;
        }
        return new Read(chunks, problems, received);
    }

    private static boolean belongs(ConsumerRecord<byte[], byte[]> record, String model) {
        return record.key() != null
                && record.value() != null
                && new String(record.key(), StandardCharsets.UTF_8).startsWith(model + "/");
    }

    @Override
    public void close() {
        if (consumer != null) {
            consumer.close(CloseOptions.timeout(KafkaRegistryFeed.CLOSE_PATIENCE));
        }
        codec.close();
    }
}
