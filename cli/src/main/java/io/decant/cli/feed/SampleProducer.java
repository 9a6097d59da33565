package io.decant.cli.feed;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.kafka.Sends;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.Label;
import io.decant.records.Sample;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Produces samples and labels, each to its sample's partition. Every send is watched: the first
 * failure is thrown by the next call. What is not yet confirmed is bounded by the producer's
 * buffer. <i>Owned by one thread.</i>
 */
public final class SampleProducer implements AutoCloseable {
    private final Topics topics;
    private final RecordCodec codec;
    private final Producer<byte[], byte[]> producer;
    private final Sends sends = new Sends();

    public SampleProducer(ClusterSettings cluster, String clientId) {
        topics = cluster.topics();
        codec = new RecordCodec(cluster);
        producer = new Clients(cluster).producer(clientId, Map.of("linger.ms", 20));
    }

    /**
     * Sends a sample.
     *
     * @param timestampMillis the record's timestamp
     * @param told also hears of the outcome, on the producer's thread
     * @throws org.apache.kafka.common.KafkaException if this or an earlier record could not be sent
     */
    public void send(Sample sample, long timestampMillis, Callback told) {
        send(Topic.SAMPLES, sample.getSampleId(), sample, timestampMillis, told);
    }

    /** Sends a label; as for a sample. */
    public void send(Label label, long timestampMillis, Callback told) {
        send(Topic.LABELS, label.getSampleId(), label, timestampMillis, told);
    }

    private void send(
            Topic topic, String id, SpecificRecord value, long timestampMillis, Callback told) {
        var sent =
                producer.send(
                        new ProducerRecord<>(
                                topics.name(topic),
                                topics.samplePartition(id),
                                timestampMillis,
                                id.getBytes(StandardCharsets.UTF_8),
                                codec.encode(topic, value)),
                        (metadata, failure) -> {
                            sends.onCompletion(metadata, failure);
                            told.onCompletion(metadata, failure);
                        });
        // The callback has it already; a send that failed at once is told now.
        if (sent.isDone()) {
            sends.check();
        }
    }

    /** Throws if any record so far could not be sent. */
    public void check() {
        sends.check();
    }

    /** Waits until every record is confirmed, or throws. */
    public void flush() {
        producer.flush();
        sends.check();
    }

    @Override
    public void close() {
        producer.close();
        codec.close();
    }
}
