package io.decant.gateway.feedback;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.stage.Stage;
import io.decant.records.Sample;
import io.decant.topics.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends chosen inputs to the topic samples. What cannot be sent is dropped and counted: feedback is
 * a gift, not a duty, and a broker that is away must cost neither memory nor an answer. <i>Owned by
 * its stage's thread.</i>
 */
public final class SampleEmitter implements Stage {
    private static final Logger LOG = LoggerFactory.getLogger(SampleEmitter.class);
    private static final Duration TURN = Duration.ofMillis(100);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

    private final ClusterSettings cluster;
    private final String clientId;
    private final FeedbackSampler sampler;
    private final FeedbackCounters counters;
    private final RecordCodec codec;
    private final AtomicBoolean failing = new AtomicBoolean();
    private Producer<byte[], byte[]> producer;

    /** Makes an emitter; it connects at the first sample. */
    public SampleEmitter(
            ClusterSettings cluster,
            String clientId,
            FeedbackSampler sampler,
            FeedbackCounters counters) {
        this.cluster = cluster;
        this.clientId = clientId;
        this.sampler = sampler;
        this.counters = counters;
        codec = new RecordCodec(cluster);
    }

    @Override
    public String name() {
        return "sample-emitter";
    }

    @Override
    public int doWork() throws InterruptedException {
        Optional<Sample> sample = sampler.take(TURN);
        sample.ifPresent(this::send);
        return sample.isPresent() ? 1 : 0;
    }

    private void send(Sample sample) {
        try {
            if (producer == null) {
                producer = connect();
            }
            String id = sample.getSampleId();
            var unused =
                    producer.send(
                            new ProducerRecord<>(
                                    cluster.topics().name(Topic.SAMPLES),
                                    cluster.topics().samplePartition(id),
                                    sample.getEventTimeMillis(),
                                    id.getBytes(StandardCharsets.UTF_8),
                                    codec.encode(Topic.SAMPLES, sample)),
                            (metadata, failure) -> settled(failure));
        } catch (KafkaException unsent) {
            settled(unsent);
        }
    }

    private void settled(Exception failure) {
        if (failure == null) {
            counters.sent.increment();
            failing.set(false);
            return;
        }
        counters.dropped.increment();
        if (!failing.getAndSet(true)) {
            LOG.warn(
                    "event=feedback_not_sent error=\"{}\" next=\"dropped; the next sample is tried\"",
                    failure.toString());
        }
    }

    /** Little memory, short waits: a sample that is not sent soon is dropped. */
    private Producer<byte[], byte[]> connect() {
        return new Clients(cluster)
                .producer(
                        clientId,
                        Map.of(
                                "linger.ms", 50,
                                "batch.size", 64 << 10,
                                "buffer.memory", 4L << 20,
                                "max.block.ms", 500,
                                "request.timeout.ms", 4000,
                                "delivery.timeout.ms", 8000));
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(CLOSE_PATIENCE);
        }
        codec.close();
    }
}
