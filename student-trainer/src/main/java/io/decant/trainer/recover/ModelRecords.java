package io.decant.trainer.recover;

import io.decant.model.checkpoint.Anchor;
import io.decant.model.checkpoint.WeightsChain;
import io.decant.model.checkpoint.WeightsRoute;
import io.decant.model.digest.Sha256;
import io.decant.model.spec.InvalidModelException;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.Alias;
import io.decant.records.CheckpointForm;
import io.decant.records.CheckpointManifest;
import io.decant.records.FormKind;
import io.decant.records.Lineage;
import io.decant.records.OffsetRange;
import io.decant.records.TrainerStateChunk;
import io.decant.records.WeightsChunk;
import io.decant.topics.Topic;
import io.decant.trainer.journal.LogEnds;
import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.publish.Keys;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what a cluster holds of one model: manifests, states, lineage. Committed records only, and
 * always to the very end of the log: an open transaction is waited for, not skipped. <i>Owned by
 * one thread.</i>
 */
public final class ModelRecords implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelRecords.class);

    /** Clocks of trainers may differ that much when lineage is looked up by time. */
    private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(10);

    private final ClusterSettings cluster;
    private final String model;
    private final Duration patience;
    private final Admin admin;
    private final Consumer<byte[], byte[]> consumer;
    private final RecordCodec codec;
    private final PartitionReader reader;

    /**
     * Reads with clients of its own.
     *
     * @param patience longest wait for each topic; above the transaction timeout
     */
    public ModelRecords(
            ClusterSettings cluster, String model, InstantSource clock, Duration patience) {
        this.cluster = cluster;
        this.model = model;
        this.patience = patience;
        Clients clients = new Clients(cluster);
        admin = clients.admin("records-" + model);
        // The next stretch must not wait until the broker gives up waiting for more of the last.
        consumer = clients.consumer("records-" + model, Map.of("fetch.max.wait.ms", 20));
        codec = new RecordCodec(cluster);
        reader = new PartitionReader(consumer, clock, patience);
    }

    /** The manifests of all versions that are not removed. */
    public NavigableMap<Long, CheckpointManifest> manifests() {
        NavigableMap<Long, CheckpointManifest> manifests = new TreeMap<>();
        TopicPartition registry = partition(Topic.MODEL_REGISTRY);
        reader.readFromStart(
                registry,
                end(registry),
                record -> {
                    OptionalLong version = Keys.versionOf(model, record.key());
                    if (version.isPresent() && record.value() == null) {
                        manifests.remove(version.getAsLong());
                    } else if (version.isPresent()) {
                        manifests.put(
                                version.getAsLong(),
                                decoded(Topic.MODEL_REGISTRY, record, CheckpointManifest.class));
                    }
                });
        return manifests;
    }

    /** The version that gateways are told to serve; empty before the first. */
    public OptionalLong live() {
        AtomicLong version = new AtomicLong();
        TopicPartition registry = partition(Topic.MODEL_REGISTRY);
        byte[] key = Keys.live(model).getBytes(StandardCharsets.UTF_8);
        reader.readFromStart(
                registry,
                end(registry),
                record -> {
                    if (Arrays.equals(record.key(), key)) {
                        version.set(
                                record.value() == null
                                        ? 0
                                        : decoded(Topic.MODEL_REGISTRY, record, Alias.class)
                                                .getVersion());
                    }
                });
        return version.get() == 0 ? OptionalLong.empty() : OptionalLong.of(version.get());
    }

    /**
     * A version's specification and weights, rebuilt from the nearest anchor and the deltas after
     * it, each verified; empty when one of them is damaged or gone, which is logged.
     *
     * @param manifests as {@link #manifests} gave them
     */
    public Optional<Anchor> weights(
            long version, NavigableMap<Long, CheckpointManifest> manifests) {
        Map<Long, WeightsRoute.Forms> forms = new HashMap<>();
        manifests
                .headMap(version, true)
                .forEach((number, manifest) -> forms.put(number, forms(manifest)));
        Optional<WeightsRoute> route = WeightsRoute.to(version, OptionalLong.empty(), forms);
        if (route.isEmpty()) {
            LOG.warn("model={} event=weights_gone version={}", model, version);
            return Optional.empty();
        }
        long from = route.get().anchor().orElseThrow();
        try {
            WeightsChain chain =
                    WeightsChain.start(
                            bytes(manifests.get(from), FormKind.ANCHOR),
                            digest(manifests.get(from)));
            for (long next : route.get().deltas()) {
                chain =
                        chain.then(
                                bytes(manifests.get(next), FormKind.DELTA),
                                digest(manifests.get(next)));
            }
            return Optional.of(chain.anchor());
        } catch (InvalidModelException damaged) {
            LOG.warn(
                    "model={} event=weights_unusable version={} anchor={} reason=\"{}\"",
                    model,
                    version,
                    from,
                    damaged.getMessage());
            return Optional.empty();
        }
    }

    /** In which forms a version can be read. */
    public static WeightsRoute.Forms forms(CheckpointManifest manifest) {
        return new WeightsRoute.Forms(
                manifest.getParentVersion(),
                size(manifest, FormKind.ANCHOR),
                size(manifest, FormKind.DELTA));
    }

    private static OptionalLong size(CheckpointManifest manifest, FormKind kind) {
        return form(manifest, kind).stream().mapToLong(CheckpointForm::getBytes).findFirst();
    }

    private static Optional<CheckpointForm> form(CheckpointManifest manifest, FormKind kind) {
        return manifest.getForms().stream().filter(form -> form.getForm() == kind).findFirst();
    }

    private static byte[] digest(CheckpointManifest manifest) {
        byte[] digest = new byte[manifest.getWeightsDigest().remaining()];
        manifest.getWeightsDigest().duplicate().get(digest);
        return digest;
    }

    private byte[] bytes(CheckpointManifest manifest, FormKind kind) {
        OffsetRange range = form(manifest, kind).orElseThrow().getChunks();
        Map<Integer, ByteBuffer> parts = new HashMap<>();
        reader.read(
                new TopicPartition(
                        cluster.topics().name(Topic.MODEL_WEIGHTS), range.getPartition()),
                range.getFrom(),
                range.getTo(),
                record -> {
                    if (record.value() == null) {
                        return;
                    }
                    WeightsChunk chunk = decoded(Topic.MODEL_WEIGHTS, record, WeightsChunk.class);
                    if (chunk.getModel().equals(model)
                            && chunk.getVersion() == manifest.getVersion()
                            && chunk.getForm() == kind) {
                        parts.put(chunk.getPart(), chunk.getData());
                    }
                });
        return whole(parts);
    }

    /**
     * Lineage of versions, by version.
     *
     * @param since versions published earlier may be left out
     */
    public NavigableMap<Long, Lineage> lineage(Instant since) {
        NavigableMap<Long, Lineage> found = new TreeMap<>();
        TopicPartition partition = partition(Topic.LINEAGE);
        long to = end(partition);
        long from =
                Optional.ofNullable(
                                consumer.offsetsForTimes(
                                                Map.of(
                                                        partition,
                                                        Math.max(
                                                                0,
                                                                since.minus(CLOCK_DIFFERENCE)
                                                                        .toEpochMilli())))
                                        .get(partition))
                        .map(offset -> offset.offset())
                        .orElse(to);
        reader.read(
                partition,
                from,
                to,
                record -> {
                    OptionalLong version = Keys.versionOf(model, record.key());
                    if (version.isPresent() && record.value() != null) {
                        found.put(
                                version.getAsLong(), decoded(Topic.LINEAGE, record, Lineage.class));
                    }
                });
        return found;
    }

    /**
     * The state that a manifest points to; empty when it was not written, was overwritten or is
     * damaged, which is logged.
     */
    public Optional<LearnerState> state(CheckpointManifest manifest) {
        OffsetRange range = manifest.getState();
        if (range.getFrom() == range.getTo()) {
            return Optional.empty();
        }
        TopicPartition partition =
                new TopicPartition(
                        cluster.topics().name(Topic.TRAINER_STATE), range.getPartition());
        Map<Integer, ByteBuffer> parts = new HashMap<>();
        reader.read(
                partition,
                range.getFrom(),
                range.getTo(),
                record -> {
                    if (record.value() == null) {
                        return;
                    }
                    TrainerStateChunk chunk =
                            decoded(Topic.TRAINER_STATE, record, TrainerStateChunk.class);
                    if (chunk.getModel().equals(model)
                            && chunk.getVersion() == manifest.getVersion()) {
                        parts.put(chunk.getPart(), chunk.getData());
                    }
                });
        byte[] bytes = whole(parts);
        if (!ByteBuffer.wrap(Sha256.of(bytes)).equals(manifest.getStateDigest())) {
            LOG.warn(
                    "model={} event=state_unusable version={} partition={} offsets={}..{} parts={} bytes={}",
                    model,
                    manifest.getVersion(),
                    partition,
                    range.getFrom(),
                    range.getTo(),
                    parts.size(),
                    bytes.length);
            return Optional.empty();
        }
        return Optional.of(LearnerState.read(bytes));
    }

    private static byte[] whole(Map<Integer, ByteBuffer> parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (int part = 0; parts.containsKey(part); part++) {
            byte[] data = new byte[parts.get(part).remaining()];
            parts.get(part).duplicate().get(data);
            whole.writeBytes(data);
        }
        return whole.toByteArray();
    }

    private TopicPartition partition(Topic topic) {
        return new TopicPartition(
                cluster.topics().name(topic), cluster.topics().modelPartition(model));
    }

    /**
     * The end of the log, not of what is committed: an open transaction must not hide a version.
     */
    private long end(TopicPartition partition) {
        return LogEnds.of(admin, List.of(partition), patience).get(partition);
    }

    private <T extends SpecificRecord> T decoded(
            Topic topic, ConsumerRecord<byte[], byte[]> record, Class<T> type) {
        Decoded<T> decoded = codec.decode(topic, record.value(), type);
        if (decoded instanceof Decoded.Good<T> good) {
            return good.value();
        }
        throw new IllegalStateException(
                "the record at "
                        + record.topic()
                        + "-"
                        + record.partition()
                        + " offset "
                        + record.offset()
                        + " cannot be read: "
                        + ((Decoded.Bad<T>) decoded).detail());
    }

    @Override
    public void close() {
        codec.close();
        consumer.close();
        admin.close();
    }
}
