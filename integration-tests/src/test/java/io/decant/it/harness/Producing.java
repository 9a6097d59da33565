package io.decant.it.harness;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.DType;
import io.decant.records.Label;
import io.decant.records.Sample;
import io.decant.records.Tensor;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Produces samples and labels as an application would; every send is confirmed. <i>Owned by one
 * thread.</i>
 */
public final class Producing implements AutoCloseable {
    private final Topics topics;
    private final RecordCodec codec;
    private final Producer<byte[], byte[]> producer;

    public Producing(ClusterSettings cluster) {
        topics = cluster.topics();
        codec = new RecordCodec(cluster);
        producer = new Clients(cluster).producer("it-producing", Map.of("linger.ms", 0));
    }

    public Sample sample(String id, byte[] features) {
        return new Sample(
                id,
                new Tensor(DType.U8, List.of(features.length), ByteBuffer.wrap(features)),
                System.currentTimeMillis(),
                Map.of());
    }

    public RecordMetadata send(Sample sample) {
        return raw(Topic.SAMPLES, sample.getSampleId(), codec.encode(Topic.SAMPLES, sample));
    }

    /** With headers, as text. */
    public RecordMetadata send(Sample sample, Map<String, String> headers) {
        ProducerRecord<byte[], byte[]> record =
                record(
                        Topic.SAMPLES,
                        topics.samplePartition(sample.getSampleId()),
                        sample.getSampleId(),
                        codec.encode(Topic.SAMPLES, sample));
        headers.forEach(
                (name, value) ->
                        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        return sent(record);
    }

    public RecordMetadata label(String id, int classIndex) {
        return raw(
                Topic.LABELS,
                id,
                codec.encode(
                        Topic.LABELS,
                        new Label(id, classIndex, null, "test", System.currentTimeMillis())));
    }

    /** Any bytes, to the key's own partition. */
    public RecordMetadata raw(Topic topic, String key, byte[] value) {
        return raw(topic, topics.samplePartition(key), key, value);
    }

    /** Any bytes to any partition. */
    public RecordMetadata raw(Topic topic, int partition, String key, byte[] value) {
        return sent(record(topic, partition, key, value));
    }

    private ProducerRecord<byte[], byte[]> record(
            Topic topic, int partition, String key, byte[] value) {
        return new ProducerRecord<>(
                topics.name(topic), partition, key.getBytes(StandardCharsets.UTF_8), value);
    }

    private RecordMetadata sent(ProducerRecord<byte[], byte[]> record) {
        try {
            return producer.send(record).get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("a test record could not be sent", failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    public byte[] encode(Topic topic, org.apache.avro.specific.SpecificRecord value) {
        return codec.encode(topic, value);
    }

    @Override
    public void close() {
        producer.close();
        codec.close();
    }
}
