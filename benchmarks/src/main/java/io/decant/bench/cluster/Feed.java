package io.decant.bench.cluster;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.kafka.Sends;
import io.decant.pipeline.record.RecordCodec;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Produces records to their samples' partitions as fast as the broker takes them. When it is closed
 * the broker has them all. <i>Owned by one thread.</i>
 */
public final class Feed implements AutoCloseable {
    private final Topics topics;
    private final RecordCodec codec;
    private final Producer<byte[], byte[]> producer;
    private final Sends sends = new Sends();

    public Feed(ClusterSettings cluster) {
        topics = cluster.topics();
        codec = new RecordCodec(cluster);
        producer = new Clients(cluster).producer("bench-feed", Map.of("linger.ms", 20));
    }

    /** Sends a record about a sample. */
    public void send(Topic topic, String sampleId, long timestampMillis, SpecificRecord record) {
        send(topic, sampleId, timestampMillis, record, new RecordHeaders());
    }

    /** As {@link #send(Topic, String, long, SpecificRecord)}, with headers. */
    public void send(
            Topic topic,
            String sampleId,
            long timestampMillis,
            SpecificRecord record,
            Headers headers) {
        var sent =
                producer.send(
                        new ProducerRecord<>(
                                topics.name(topic),
                                topics.samplePartition(sampleId),
                                timestampMillis,
                                sampleId.getBytes(StandardCharsets.UTF_8),
                                codec.encode(topic, record),
                                headers),
                        sends);
        if (sent.isDone()) {
            sends.check();
        }
    }

    @Override
    public void close() {
        try (producer;
                codec) {
            producer.flush();
            sends.check();
        }
    }
}
