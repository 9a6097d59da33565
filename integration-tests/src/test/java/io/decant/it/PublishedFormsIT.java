package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.decant.it.harness.JournalProducer;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.Producing;
import io.decant.it.harness.PublishedModels;
import io.decant.it.harness.RemadeVersions;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.TopicContents;
import io.decant.it.harness.TopicContents.Entry;
import io.decant.model.checkpoint.Anchor;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.sign.KeyPairs;
import io.decant.pipeline.sign.RecordVerifier;
import io.decant.pipeline.sign.SignaturePolicy;
import io.decant.pipeline.sign.TrustedKeys;
import io.decant.records.Alias;
import io.decant.records.CheckpointForm;
import io.decant.records.CheckpointManifest;
import io.decant.records.Control;
import io.decant.records.FormKind;
import io.decant.records.Order;
import io.decant.serde.WriterSchemas;
import io.decant.topics.Topic;
import io.decant.trainer.TrainerConfig;
import io.decant.trainer.TrainerService;
import io.decant.trainer.replay.ClusterHistory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What of a version stands in the topics: its forms, its signatures, and for how long. */
@ExtendWith(SharedCluster.class)
class PublishedFormsIT {
    private static final String MODEL = "student";
    private static final long SEED = Long.getLong("test.seed", 20261122L);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void aTrainerThatCameBackGoesOnWithDeltasAndAllIsSigned(
            ClusterSettings cluster, @TempDir Path folder) throws Exception {
        // Given a trainer with a key
        KeyPairs.Made keys = KeyPairs.generate(folder, "trainer");
        List<String> settings = settings(cluster, "signing.key=" + keys.privateFile());
        try (JournalProducer journal = new JournalProducer(cluster, SEED)) {
            journal.produce(260);
            try (TrainerService first = start(settings)) {
                Pipeline.awaitVersion(cluster, MODEL, 6);
                assertThat(first.ended()).isNotDone();
            }

            // When another process takes the model over
            journal.produce(160);
            finish(settings);
        }

        // Then the first version and the last are anchors, the rest deltas, every fourth both
        TreeMap<Long, CheckpointManifest> manifests = manifests(cluster);
        long last = manifests.lastKey();
        assertThat(last).isGreaterThan(8);
        manifests.forEach(
                (version, manifest) ->
                        assertThat(manifest.getForms())
                                .extracting(CheckpointForm::getForm)
                                .as("version %d", version)
                                .isEqualTo(
                                        version == 1 || version == last
                                                ? List.of(FormKind.ANCHOR)
                                                : version % 4 == 0
                                                        ? List.of(FormKind.DELTA, FormKind.ANCHOR)
                                                        : List.of(FormKind.DELTA)));
        // And each is what its manifest says, read from the topic and made again
        TreeMap<Long, Anchor> read = PublishedModels.read(cluster, MODEL);
        manifests.forEach(
                (version, manifest) ->
                        assertThat(ByteBuffer.wrap(read.get(version).weightsDigest()))
                                .as("version %d", version)
                                .isEqualTo(manifest.getWeightsDigest()));
        allCanBeRebuilt(cluster);
        assertThat(RemadeVersions.mustBeEqual(cluster, MODEL)).isEqualTo((int) last);
        // And every manifest and alias is signed with the key
        assertThat(signed(cluster, keys)).isEqualTo(2 * (int) last);
    }

    @Test
    void oldVersionsGoAndWhatStaysCanBeRebuilt(ClusterSettings cluster) throws Exception {
        // Given versions of which one is pinned
        List<String> settings = settings(cluster, "publish.keep=1s", "publish.removals=3");
        try (JournalProducer journal = new JournalProducer(cluster, SEED);
                Producing producing = new Producing(cluster)) {
            pin(cluster, producing, 6);
            journal.produce(600);
            try (TrainerService trainer = start(settings)) {
                Pipeline.awaitVersion(cluster, MODEL, 14);

                // When they get old while the trainer goes on
                await("removal of most versions")
                        .atMost(PATIENCE)
                        .until(
                                () -> {
                                    journal.produce(80);
                                    return !present(cluster, Topic.MODEL_REGISTRY)
                                            .contains(MODEL + "/13");
                                });
                trainer.finish().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        }

        // Then the pinned one is there, with what it is rebuilt from: an anchor and a delta
        TreeMap<Long, CheckpointManifest> manifests = manifests(cluster);
        assertThat(manifests.headMap(14L)).containsOnlyKeys(4L, 5L, 6L);
        allCanBeRebuilt(cluster);
        // And nothing is left of those that went
        Set<String> kept =
                manifests.keySet().stream()
                        .map(version -> MODEL + "/" + version)
                        .collect(Collectors.toSet());
        assertThat(present(cluster, Topic.MODEL_WEIGHTS))
                .allMatch(key -> kept.contains(key.substring(0, key.indexOf('/', 8))));
    }

    private static void pin(ClusterSettings cluster, Producing producing, long version) {
        Control order =
                Control.newBuilder()
                        .setTarget(MODEL)
                        .setOrder(Order.PIN)
                        .setVersion(version)
                        .setAuthor("it")
                        .setReason("a test")
                        .setSequence(1)
                        .build();
        producing.raw(
                Topic.CONTROL,
                cluster.topics().modelPartition(MODEL),
                MODEL + "/@pin/" + version,
                producing.encode(Topic.CONTROL, order));
    }

    private static void allCanBeRebuilt(ClusterSettings cluster) {
        try (ClusterHistory history =
                new ClusterHistory(cluster, MODEL, InstantSource.system(), PATIENCE)) {
            history.manifests()
                    .forEach(
                            (version, manifest) ->
                                    assertThat(history.weights(version).map(Anchor::weightsDigest))
                                            .as("version %d", version)
                                            .map(ByteBuffer::wrap)
                                            .contains(manifest.getWeightsDigest()));
        }
    }

    /** Versions that are not removed. */
    private static TreeMap<Long, CheckpointManifest> manifests(ClusterSettings cluster) {
        try (ClusterHistory history =
                new ClusterHistory(cluster, MODEL, InstantSource.system(), PATIENCE)) {
            NavigableMap<Long, CheckpointManifest> manifests = history.manifests();
            return new TreeMap<>(manifests);
        }
    }

    /** Keys whose last record is no tombstone. */
    private static Set<String> present(ClusterSettings cluster, Topic topic) {
        Map<String, Boolean> last = new HashMap<>();
        TopicContents.raw(cluster, topic)
                .forEach(record -> last.put(record.key(), record.value() != null));
        return last.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Manifests and aliases, all of which must be signed. */
    private static int signed(ClusterSettings cluster, KeyPairs.Made keys) {
        RecordVerifier verifier =
                new RecordVerifier(
                        SignaturePolicy.REQUIRE,
                        TrustedKeys.read(List.of(keys.publicFile())),
                        WriterSchemas.ofRegistry(RecordCodec.properties(cluster)));
        int count = 0;
        try (RecordCodec codec = new RecordCodec(cluster)) {
            for (Entry<byte[]> record : TopicContents.raw(cluster, Topic.MODEL_REGISTRY)) {
                Optional<String> problem =
                        verifier.problem(
                                Topic.MODEL_REGISTRY,
                                record.key().getBytes(StandardCharsets.UTF_8),
                                record.value(),
                                keyId(codec, record));
                assertThat(problem).as(record.key()).isEmpty();
                count++;
            }
        }
        return count;
    }

    private static String keyId(RecordCodec codec, Entry<byte[]> record) {
        Topic topic = Topic.MODEL_REGISTRY;
        if (codec.decode(topic, record.value(), CheckpointManifest.class)
                instanceof Decoded.Good<CheckpointManifest> manifest) {
            return manifest.value().getSignatureKeyId();
        }
        return codec.decode(topic, record.value(), Alias.class) instanceof Decoded.Good<Alias> alias
                ? alias.value().getSignatureKeyId()
                : "";
    }

    private static void finish(List<String> settings) throws Exception {
        try (TrainerService trainer = start(settings)) {
            trainer.finish().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static TrainerService start(List<String> settings) {
        return TrainerService.start(
                Configuration.of(TrainerConfig.class, settings), InstantSource.system());
    }

    private static List<String> settings(ClusterSettings cluster, String... more) {
        List<String> settings = new ArrayList<>(JournalProducer.trainerSettings(MODEL));
        settings.addAll(SharedCluster.settings(cluster));
        settings.addAll(
                List.of("publish.pairs=40", "publish.interval=300ms", "checkpoint.anchor-every=4"));
        settings.addAll(List.of(more));
        return settings;
    }
}
