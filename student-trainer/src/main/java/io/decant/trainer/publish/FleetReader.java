package io.decant.trainer.publish;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.GatewayStatus;
import io.decant.topics.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the gateways' verdicts on one model. Until it has read what was there when it began, the
 * alias does not move. <i>Owned by the trainer's stage thread.</i>
 */
public final class FleetReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FleetReader.class);

    /** Longest wait of the first read, a poll at a time. */
    private static final int FIRST_POLLS = 50;

    private static final Duration FIRST_POLL = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final String model;
    private final RecordCodec codec;
    private final FleetVeto veto;
    private final Optional<Consumer<byte[], byte[]>> consumer;
    private final TopicPartition partition;
    private final long endAtStart;
    private Optional<String> last = Optional.empty();

    /**
     * Reads what gateways said so far, for a bounded time; the codec stays the caller's. Without a
     * veto nothing is read at all.
     */
    public FleetReader(
            ClusterSettings cluster, String model, FleetSettings settings, RecordCodec codec) {
        this.model = model;
        this.codec = codec;
        this.veto = new FleetVeto(settings);
        partition =
                new TopicPartition(
                        cluster.topics().name(Topic.GATEWAY_STATUS),
                        cluster.topics().modelPartition(model));
        if (settings.veto() == 0) {
            consumer = Optional.empty();
            endAtStart = 0;
            return;
        }
        Consumer<byte[], byte[]> reader =
                new Clients(cluster).consumer("trainer-" + model + "-fleet", Map.of());
        consumer = Optional.of(reader);
        reader.assign(List.of(partition));
        reader.seekToBeginning(List.of(partition));
        endAtStart = reader.endOffsets(List.of(partition)).get(partition);
        for (int i = 0; i < FIRST_POLLS && !isCurrent(reader); i++) {
            take(reader, FIRST_POLL);
        }
    }

    /**
     * Why the alias may not move, as far as verdicts have arrived; does not wait.
     *
     * @param orders what operators have ordered
     */
    public Optional<String> poll(Orders orders) {
        consumer.ifPresent(reader -> take(reader, Duration.ZERO));
        Optional<String> now =
                consumer.map(this::isCurrent).orElse(true)
                        ? veto.standing(orders.orderedAtMillis())
                        : Optional.of("what gateways say of versions could not be read yet");
        if (!now.equals(last)) {
            LOG.warn(
                    "model={} event={} reason=\"{}\"",
                    model,
                    now.isPresent() ? "live_stopped" : "live_goes_on",
                    now.or(() -> last).orElse(""));
            last = now;
        }
        return now;
    }

    private boolean isCurrent(Consumer<byte[], byte[]> reader) {
        return reader.position(partition, PATIENCE) >= endAtStart;
    }

    private void take(Consumer<byte[], byte[]> reader, Duration wait) {
        for (ConsumerRecord<byte[], byte[]> record : reader.poll(wait)) {
            if (record.value() == null) {
                continue;
            }
            Decoded<GatewayStatus> decoded =
                    codec.decode(Topic.GATEWAY_STATUS, record.value(), GatewayStatus.class);
            if (decoded instanceof Decoded.Good<GatewayStatus> status) {
                if (status.value().getModel().equals(model)) {
                    veto.heard(status.value());
                }
            } else {
                LOG.warn(
                        "model={} event=status_unreadable key={}",
                        model,
                        record.key() == null
                                ? ""
                                : new String(record.key(), StandardCharsets.UTF_8));
            }
        }
    }

    @Override
    public void close() {
        consumer.ifPresent(reader -> reader.close(CloseOptions.timeout(Duration.ofSeconds(1))));
    }
}
