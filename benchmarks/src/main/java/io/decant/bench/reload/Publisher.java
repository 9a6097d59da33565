package io.decant.bench.reload;

import io.decant.model.digest.Sha256;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.sign.RecordSigner;
import io.decant.pipeline.sign.SigningKey;
import io.decant.records.Alias;
import io.decant.records.CheckpointForm;
import io.decant.records.CheckpointManifest;
import io.decant.records.FormKind;
import io.decant.records.OffsetRange;
import io.decant.records.WeightEncoding;
import io.decant.records.WeightsChunk;
import io.decant.topics.Topic;
import io.decant.trainer.publish.Chunks;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Writes versions as a trainer does: chunks, manifest and alias in one transaction, signed.
 * <i>Owned by one thread.</i>
 */
final class Publisher implements AutoCloseable {
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(15);

    private final ClusterSettings cluster;
    private final String model;
    private final RecordCodec codec;
    private final RecordSigner signer;
    private final Producer<byte[], byte[]> producer;

    Publisher(ClusterSettings cluster, String model, SigningKey key) {
        this.cluster = cluster;
        this.model = model;
        codec = new RecordCodec(cluster);
        signer = new RecordSigner(cluster, codec, Optional.of(key));
        producer =
                new Clients(cluster)
                        .transactionalProducer(
                                "bench-" + model,
                                cluster.prefix() + model,
                                TRANSACTION_TIMEOUT,
                                Map.of());
        producer.initTransactions();
    }

    /** Returns when the version is committed. */
    void publish(VersionSource.Version version) {
        producer.beginTransaction();
        List<CheckpointForm> forms = new ArrayList<>();
        version.delta()
                .ifPresent(
                        bytes ->
                                forms.add(
                                        form(version, FormKind.DELTA, WeightEncoding.F16, bytes)));
        version.anchor()
                .ifPresent(
                        bytes ->
                                forms.add(
                                        form(version, FormKind.ANCHOR, WeightEncoding.F32, bytes)));
        byte[] key = key(Long.toString(version.number()));
        byte[] live = key("@live");
        List<Future<RecordMetadata>> sent =
                List.of(
                        send(
                                Topic.MODEL_REGISTRY,
                                key,
                                signer.encode(Topic.MODEL_REGISTRY, key, manifest(version, forms))),
                        send(
                                Topic.MODEL_REGISTRY,
                                live,
                                signer.encode(Topic.MODEL_REGISTRY, live, alias(version))));
        producer.commitTransaction();
        sent.forEach(Publisher::confirmed);
    }

    private CheckpointForm form(
            VersionSource.Version version, FormKind kind, WeightEncoding encoding, byte[] bytes) {
        List<ByteBuffer> pieces = Chunks.of(bytes);
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int part = 0; part < pieces.size(); part++) {
            WeightsChunk chunk =
                    new WeightsChunk(
                            model, version.number(), kind, part, pieces.size(), pieces.get(part));
            String name =
                    version.number() + "/" + kind.name().toLowerCase(Locale.ROOT) + "/" + part;
            sent.add(
                    send(Topic.MODEL_WEIGHTS, key(name), codec.encode(Topic.MODEL_WEIGHTS, chunk)));
        }
        producer.flush();
        RecordMetadata first = confirmed(sent.get(0));
        RecordMetadata last = confirmed(sent.get(sent.size() - 1));
        return new CheckpointForm(
                kind,
                encoding,
                new OffsetRange("", first.partition(), first.offset(), last.offset() + 1),
                (long) bytes.length,
                pieces.stream().map(piece -> ByteBuffer.wrap(Sha256.of(piece))).toList());
    }

    private CheckpointManifest manifest(VersionSource.Version version, List<CheckpointForm> forms) {
        return CheckpointManifest.newBuilder()
                .setModel(model)
                .setVersion(version.number())
                .setParentVersion(version.number() - 1)
                .setSpecDigest(ByteBuffer.wrap(version.spec().digest()))
                .setForms(forms)
                .setWeightsDigest(ByteBuffer.wrap(version.weightsDigest()))
                .setExpectedLogits(version.expectedLogits())
                .setMetrics(Map.of())
                .setState(new OffsetRange("", 0, 0L, 0L))
                .setStateDigest(ByteBuffer.allocate(32))
                .setWatermarkMillis(System.currentTimeMillis())
                .setPublishedAtMillis(System.currentTimeMillis())
                .build();
    }

    private Alias alias(VersionSource.Version version) {
        return Alias.newBuilder()
                .setModel(model)
                .setAlias("@live")
                .setVersion(version.number())
                .setSequence(version.number())
                .setUpdatedAtMillis(System.currentTimeMillis())
                .build();
    }

    private byte[] key(String name) {
        return (model + "/" + name).getBytes(StandardCharsets.UTF_8);
    }

    private Future<RecordMetadata> send(Topic topic, byte[] key, byte[] value) {
        return producer.send(
                new ProducerRecord<>(
                        cluster.topics().name(topic),
                        cluster.topics().modelPartition(model),
                        key,
                        value));
    }

    private static RecordMetadata confirmed(Future<RecordMetadata> sent) {
        try {
            return sent.get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("a chunk could not be sent", failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
        codec.close();
    }
}
