package io.decant.it.harness;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.sign.RecordSigner;
import io.decant.pipeline.sign.SigningKey;
import io.decant.records.Alias;
import io.decant.records.CheckpointForm;
import io.decant.records.CheckpointManifest;
import io.decant.records.Control;
import io.decant.records.OffsetRange;
import io.decant.records.Order;
import io.decant.records.WeightsChunk;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Publishes versions as a trainer does, one transaction each, and signs them when it has a key.
 * <i>Owned by one thread.</i>
 */
public final class SignedPublisher implements AutoCloseable {
    private final Topics topics;
    private final String model;
    private final int partition;
    private final RecordCodec codec;
    private final RecordSigner signer;
    private final Producer<byte[], byte[]> producer;

    public SignedPublisher(ClusterSettings cluster, String model, Optional<SigningKey> key) {
        this.model = model;
        topics = cluster.topics();
        partition = topics.modelPartition(model);
        codec = new RecordCodec(cluster);
        signer = new RecordSigner(cluster, codec, key);
        String id = cluster.prefix() + "publisher-" + System.nanoTime();
        producer =
                new Clients(cluster)
                        .transactionalProducer(id, id, Duration.ofSeconds(15), Map.of());
        producer.initTransactions();
    }

    /** Chunks, manifest and alias, the alias's sequence being the version. */
    public void publish(TestVersions.Candidate candidate) {
        publish(candidate, UnaryOperator.identity());
    }

    /**
     * As {@link #publish(TestVersions.Candidate)}.
     *
     * @param spoil changes the manifest's bytes after they were signed
     */
    public void publish(TestVersions.Candidate candidate, UnaryOperator<byte[]> spoil) {
        producer.beginTransaction();
        sendChunks(candidate);
        send(
                Topic.MODEL_REGISTRY,
                key(candidate.version()),
                spoil.apply(manifest(candidate.manifest)));
        send(
                Topic.MODEL_REGISTRY,
                model + "/@live",
                alias(candidate.version(), candidate.version()));
        producer.commitTransaction();
    }

    /** Sends the chunks, and tells the manifest where they lie. */
    private void sendChunks(TestVersions.Candidate candidate) {
        for (int i = 0; i < candidate.chunks.size(); i++) {
            CheckpointForm form = candidate.form(i);
            List<RecordMetadata> sent = new ArrayList<>();
            for (WeightsChunk chunk : candidate.chunks.get(i)) {
                String key =
                        key(chunk.getVersion())
                                + "/"
                                + chunk.getForm().name().toLowerCase(Locale.ROOT)
                                + "/"
                                + chunk.getPart();
                sent.add(send(Topic.MODEL_WEIGHTS, key, codec.encode(Topic.MODEL_WEIGHTS, chunk)));
            }
            form.setChunks(
                    new OffsetRange(
                            "",
                            partition,
                            sent.get(0).offset(),
                            sent.get(sent.size() - 1).offset() + 1));
        }
    }

    /** A manifest's bytes, signed. */
    public byte[] manifest(CheckpointManifest manifest) {
        return signer.encode(
                Topic.MODEL_REGISTRY,
                key(manifest.getVersion()).getBytes(StandardCharsets.UTF_8),
                manifest);
    }

    /** The bytes of {@code @live}, signed. */
    public byte[] alias(long version, long sequence) {
        Alias alias =
                Alias.newBuilder()
                        .setModel(model)
                        .setAlias("@live")
                        .setVersion(version)
                        .setSequence(sequence)
                        .build();
        return signer.encode(
                Topic.MODEL_REGISTRY, (model + "/@live").getBytes(StandardCharsets.UTF_8), alias);
    }

    /** Orders a version, signed; 0 follows {@code @live} again. */
    public void order(long version, long sequence) {
        Control control =
                Control.newBuilder()
                        .setTarget(model)
                        .setOrder(Order.OVERRIDE)
                        .setVersion(version)
                        .setAuthor("a test")
                        .setReason("to see")
                        .setSequence(sequence)
                        .build();
        String key = model + "/@override";
        alone(
                Topic.CONTROL,
                key,
                signer.encode(Topic.CONTROL, key.getBytes(StandardCharsets.UTF_8), control));
    }

    /** Any bytes in a transaction of their own; null removes the key. */
    public void alone(Topic topic, String key, byte[] value) {
        producer.beginTransaction();
        send(topic, key, value);
        producer.commitTransaction();
    }

    public String key(long version) {
        return model + "/" + version;
    }

    private RecordMetadata send(Topic topic, String key, byte[] value) {
        try {
            return producer.send(
                            new ProducerRecord<>(
                                    topics.name(topic),
                                    partition,
                                    key.getBytes(StandardCharsets.UTF_8),
                                    value))
                    .get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("a test record could not be sent", failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    @Override
    public void close() {
        producer.close();
        codec.close();
    }
}
