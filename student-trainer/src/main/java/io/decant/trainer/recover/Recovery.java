package io.decant.trainer.recover;

import io.decant.model.digest.Sha256;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.CheckpointManifest;
import io.decant.records.OffsetRange;
import io.decant.records.TrainerStateChunk;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import io.decant.trainer.journal.LogEnds;
import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.publish.Keys;
import io.decant.trainer.publish.Retention;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Finds the newest committed version of a model and puts its state together again: registry to its
 * very end, then the state's own offsets, then its digest. <i>Owned by one thread.</i>
 */
public final class Recovery {
    /** The next stretch must not wait until the broker gives up waiting for more of the last. */
    private static final Map<String, Object> AT_ONCE = Map.of("fetch.max.wait.ms", 20);

    private final ClusterSettings cluster;
    private final InstantSource clock;
    private final Duration patience;

    /**
     * Reads with clients of its own.
     *
     * @param patience longest wait for each topic; above the transaction timeout
     */
    public Recovery(ClusterSettings cluster, InstantSource clock, Duration patience) {
        this.cluster = cluster;
        this.clock = clock;
        this.patience = patience;
    }

    /**
     * Reads a model's newest committed version.
     *
     * @throws IllegalStateException when its state is damaged
     * @throws KafkaException when the cluster cannot be asked
     */
    public Recovered newest(String model) {
        Clients clients = new Clients(cluster);
        try (Admin admin = clients.admin("recovery-" + model);
                Consumer<byte[], byte[]> consumer =
                        clients.consumer("recovery-" + model, AT_ONCE);
                RecordCodec codec = new RecordCodec(cluster)) {
            PartitionReader reader = new PartitionReader(consumer, clock, patience);
            TreeMap<Long, CheckpointManifest> manifests = manifests(model, admin, reader, codec);
            if (manifests.isEmpty()) {
                return new Recovered(Optional.empty(), false, List.of());
            }
            CheckpointManifest newest = manifests.lastEntry().getValue();
            return new Recovered(
                    Optional.of(state(newest, reader, codec)),
                    newest.getFinished(),
                    manifests.values().stream().map(Recovery::version).toList());
        }
    }

    private static Retention.Version version(CheckpointManifest manifest) {
        int parts =
                manifest.getForms().stream().mapToInt(form -> form.getChunkDigests().size()).sum();
        return new Retention.Version(manifest.getVersion(), manifest.getPublishedAtMillis(), parts);
    }

    private TreeMap<Long, CheckpointManifest> manifests(
            String model, Admin admin, PartitionReader reader, RecordCodec codec) {
        Topics topics = cluster.topics();
        TopicPartition registry =
                new TopicPartition(topics.name(Topic.MODEL_REGISTRY), topics.modelPartition(model));
        // The end of the log, not of what is committed: another model's open transaction must not
        // hide our newest version.
        long to = LogEnds.of(admin, List.of(registry), patience).get(registry);
        TreeMap<Long, CheckpointManifest> manifests = new TreeMap<>();
        reader.readFromStart(
                registry,
                to,
                record -> {
                    OptionalLong version = Keys.versionOf(model, record.key());
                    if (version.isPresent() && record.value() == null) {
                        manifests.remove(version.getAsLong());
                    } else if (version.isPresent()) {
                        manifests.put(
                                version.getAsLong(),
                                read(
                                        codec,
                                        Topic.MODEL_REGISTRY,
                                        record,
                                        CheckpointManifest.class));
                    }
                });
        return manifests;
    }

    private LearnerState state(
            CheckpointManifest manifest, PartitionReader reader, RecordCodec codec) {
        OffsetRange range = manifest.getState();
        TopicPartition partition =
                new TopicPartition(
                        cluster.topics().name(Topic.TRAINER_STATE), range.getPartition());
        Map<Integer, byte[]> parts = new HashMap<>();
        int[] expected = {0};
        reader.read(
                partition,
                range.getFrom(),
                range.getTo(),
                record -> {
                    TrainerStateChunk chunk =
                            read(codec, Topic.TRAINER_STATE, record, TrainerStateChunk.class);
                    if (chunk.getModel().equals(manifest.getModel())
                            && chunk.getVersion() == manifest.getVersion()) {
                        byte[] data = new byte[chunk.getData().remaining()];
                        chunk.getData().duplicate().get(data);
                        parts.put(chunk.getPart(), data);
                        expected[0] = chunk.getParts();
                    }
                });
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (int part = 0; part < expected[0]; part++) {
            whole.writeBytes(parts.getOrDefault(part, new byte[0]));
        }
        byte[] bytes = whole.toByteArray();
        byte[] wanted = new byte[manifest.getStateDigest().remaining()];
        manifest.getStateDigest().duplicate().get(wanted);
        if (!Arrays.equals(Sha256.of(bytes), wanted)) {
            throw new IllegalStateException(
                    "the state of version "
                            + manifest.getVersion()
                            + " of model '"
                            + manifest.getModel()
                            + "' is damaged: "
                            + parts.size()
                            + " of "
                            + expected[0]
                            + " parts, "
                            + bytes.length
                            + " bytes at "
                            + partition
                            + " offsets "
                            + range.getFrom()
                            + " to "
                            + range.getTo()
                            + " do not have the manifest's digest");
        }
        return LearnerState.read(bytes);
    }

    private static <T extends SpecificRecord> T read(
            RecordCodec codec, Topic topic, ConsumerRecord<byte[], byte[]> record, Class<T> type) {
        Decoded<T> decoded = codec.decode(topic, record.value(), type);
        if (decoded instanceof Decoded.Good<T> good) {
            return good.value();
        }
        Decoded.Bad<T> bad = (Decoded.Bad<T>) decoded;
        throw new IllegalStateException(
                "the record at "
                        + record.topic()
                        + "-"
                        + record.partition()
                        + " offset "
                        + record.offset()
                        + " cannot be read: "
                        + bad.detail());
    }
}
