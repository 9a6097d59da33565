package io.decant.bench.pipeline;

import io.decant.dataset.IdxDataset;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.kafka.Sends;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.DType;
import io.decant.records.Label;
import io.decant.records.Sample;
import io.decant.records.Tensor;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Produces samples, each with its label behind it, as fast as the broker takes them.
 * <i>Thread-safe.</i>
 */
final class Stream {
    private Stream() {}

    /** Produces so many samples and labels and returns when the broker has them all. */
    static void produce(ClusterSettings cluster, IdxDataset dataset, int samples) {
        Topics topics = cluster.topics();
        Sends sends = new Sends();
        try (RecordCodec codec = new RecordCodec(cluster);
                Producer<byte[], byte[]> producer =
                        new Clients(cluster).producer("bench-feed", Map.of("linger.ms", 20))) {
            for (int i = 0; i < samples; i++) {
                int index = i % dataset.training().size();
                String id = "b-" + i;
                long now = System.currentTimeMillis();
                Tensor features =
                        new Tensor(
                                DType.U8,
                                dataset.training().shape(),
                                ByteBuffer.wrap(dataset.training().sample(index)));
                send(
                        producer,
                        topics,
                        Topic.SAMPLES,
                        id,
                        codec.encode(Topic.SAMPLES, new Sample(id, features, now, Map.of())),
                        sends);
                send(
                        producer,
                        topics,
                        Topic.LABELS,
                        id,
                        codec.encode(
                                Topic.LABELS,
                                new Label(id, dataset.training().label(index), null, "bench", now)),
                        sends);
                sends.check();
            }
            producer.flush();
            sends.check();
        }
    }

    private static void send(
            Producer<byte[], byte[]> producer,
            Topics topics,
            Topic topic,
            String id,
            byte[] value,
            Sends sends) {
        var sent =
                producer.send(
                        new ProducerRecord<>(
                                topics.name(topic),
                                topics.samplePartition(id),
                                id.getBytes(StandardCharsets.UTF_8),
                                value),
                        sends);
        if (sent.isDone()) {
            sends.check();
        }
    }
}
