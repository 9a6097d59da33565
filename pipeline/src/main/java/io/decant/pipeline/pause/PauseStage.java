package io.decant.pipeline.pause;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.retry.Outage;
import io.decant.pipeline.sign.RecordVerifier;
import io.decant.pipeline.sign.SignaturePolicy;
import io.decant.pipeline.sign.TrustedKeys;
import io.decant.pipeline.stage.Stage;
import io.decant.records.Control;
import io.decant.serde.WriterSchemas;
import io.decant.topics.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a service's partition of {@code control} with an assigned consumer. While broker or
 * registry are away, what was known stands; then everything is read again, which changes nothing
 * that was heard. <i>Owned by the thread that calls it.</i>
 */
final class PauseStage implements Stage {
    private static final Logger LOG = LoggerFactory.getLogger(PauseStage.class);
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(5);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(1);

    private final String service;
    private final PauseOrders orders;
    private final Consumer<PauseState> listener;
    private final RecordCodec codec;
    private final RecordVerifier verifier;
    private final Supplier<org.apache.kafka.clients.consumer.Consumer<byte[], byte[]>> consumers;
    private final TopicPartition partition;
    private org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
    private boolean current;
    private boolean again = true;
    private boolean failing;
    private Optional<Optional<String>> told = Optional.empty();

    PauseStage(
            ClusterSettings cluster,
            String service,
            String clientId,
            SignaturePolicy policy,
            TrustedKeys keys,
            PauseOrders orders,
            Consumer<PauseState> listener) {
        this.service = service;
        this.orders = orders;
        this.listener = listener;
        codec = new RecordCodec(cluster);
        verifier =
                new RecordVerifier(
                        policy, keys, WriterSchemas.ofRegistry(RecordCodec.properties(cluster)));
        partition =
                new TopicPartition(
                        cluster.topics().name(Topic.CONTROL),
                        cluster.topics().modelPartition(service));
        consumers =
                () ->
                        new Clients(cluster)
                                .consumer(
                                        clientId,
                                        Map.of(
                                                "default.api.timeout.ms",
                                                (int) ANSWER_PATIENCE.toMillis()));
    }

    @Override
    public String name() {
        return service + "-pause";
    }

    @Override
    public int doWork() {
        try {
            int read = turn();
            failing = false;
            return read;
        } catch (InterruptException stopped) {
            throw stopped;
        } catch (KafkaException away) {
            if (Outage.isRefusal(away)) {
                throw away;
            }
            if (!failing) {
                LOG.warn("service={} event=control_unread error=\"{}\"", service, away.toString());
            }
            failing = true;
            again = true;
            if (!current) {
                listener.accept(
                        PauseState.unknown(
                                "the control topic cannot be read, so nobody knows if the service is paused: "
                                        + away.getMessage()));
            }
            LockSupport.parkNanos(POLL.toNanos());
            return 0;
        }
    }

    private int turn() {
        if (consumer == null) {
            consumer = consumers.get();
            consumer.assign(List.of(partition));
        }
        if (again) {
            consumer.seekToBeginning(List.of(partition));
            again = false;
        }
        int read = 0;
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            take(record);
            read++;
        }
        current = current || consumer.currentLag(partition).orElse(1) == 0;
        if (current) {
            tell(orders.reason());
        }
        return read;
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        boolean ours =
                record.key() != null
                        && new String(record.key(), StandardCharsets.UTF_8)
                                .equals(PauseOrders.key(service));
        if (!ours) {
            return;
        }
        if (record.value() == null) {
            orders.remove();
            return;
        }
        Decoded<Control> decoded = codec.decode(Topic.CONTROL, record.value(), Control.class);
        if (decoded instanceof Decoded.Good<Control> good) {
            Optional<String> problem =
                    verifier.problem(
                            Topic.CONTROL,
                            record.key(),
                            record.value(),
                            good.value().getSignatureKeyId());
            problem.ifPresentOrElse(this::refused, () -> orders.take(good.value()));
        } else if (decoded instanceof Decoded.Bad<Control> bad) {
            refused(bad.detail());
        }
    }

    private void refused(String reason) {
        LOG.warn("service={} event=order_refused reason=\"{}\"", service, reason);
    }

    private void tell(Optional<String> reason) {
        if (told.isEmpty() || !told.get().equals(reason)) {
            LOG.info(
                    "service={} event={} reason=\"{}\"",
                    service,
                    reason.isPresent() ? "paused" : "not_paused",
                    reason.orElse("no order and no setting pauses it"));
            told = Optional.of(reason);
            listener.accept(PauseState.known(reason));
        }
    }

    @Override
    public void close() {
        if (consumer != null) {
            consumer.close(CloseOptions.timeout(CLOSE_PATIENCE));
        }
        codec.close();
    }
}
