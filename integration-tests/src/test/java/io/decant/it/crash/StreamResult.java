package io.decant.it.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.it.harness.Pipeline;
import io.decant.it.harness.RemadeVersions;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.Tally;
import io.decant.it.harness.TopicContents;
import io.decant.it.harness.TopicContents.Entry;
import io.decant.it.laws.RunRecord;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.CheckpointManifest;
import io.decant.records.GatewayStatus;
import io.decant.records.OffsetRange;
import io.decant.records.PairKind;
import io.decant.records.TrainingPair;
import io.decant.topics.Topic;
import io.decant.trainer.TrainerConfig;
import io.decant.trainer.TrainerService;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What a stream has left in its topics, and whether it is as if nothing had been killed.
 * <i>Thread-safe.</i>
 *
 * @param capacity positions of the tally
 * @param samples that were produced
 * @param labelled of these samples, how many have a label
 */
record StreamResult(
        ClusterSettings cluster, StreamKind kind, int capacity, int samples, int labelled) {

    /** Whether every sample is in the journal, and every label, in a pair or as a correction. */
    boolean isJoined() {
        List<Entry<TrainingPair>> pairs = journal();
        long live = count(pairs, pair -> pair.getKind() != PairKind.LABEL_CORRECTION);
        long labels = count(pairs, pair -> pair.getLabel() != null);
        return live >= samples && labels >= labelled;
    }

    private static long count(List<Entry<TrainingPair>> pairs, Predicate<TrainingPair> wanted) {
        return pairs.stream().map(Entry::value).filter(wanted).count();
    }

    private List<Entry<TrainingPair>> journal() {
        return TopicContents.read(cluster, Topic.TRAINING_PAIRS, TrainingPair.class);
    }

    /** How many more samples without labels fill the last version. */
    int missingToFillAVersion() {
        return kind.models().contains(StreamKind.COUNTED)
                ? Math.floorMod(-journal().size(), StreamKind.RECORDS_PER_VERSION)
                : 0;
    }

    /** Whether the versions of every model cover the journal. */
    boolean isLearned() {
        List<Entry<TrainingPair>> journal = journal();
        return kind.models().stream().allMatch(model -> isLearned(model, journal));
    }

    private boolean isLearned(String model, List<Entry<TrainingPair>> journal) {
        TreeMap<Integer, Long> learned = new TreeMap<>();
        for (CheckpointManifest manifest : manifests(model).values()) {
            for (OffsetRange range : manifest.getJournal()) {
                learned.merge(range.getPartition(), range.getTo(), Math::max);
            }
        }
        return journal.stream()
                .allMatch(pair -> learned.getOrDefault(pair.partition(), 0L) > pair.offset());
    }

    /** Whether the gateway serves the newest version. */
    boolean isServed() {
        long newest = manifests(StreamKind.TALLY).lastKey();
        return TopicContents.read(cluster, Topic.GATEWAY_STATUS, GatewayStatus.class).stream()
                .anyMatch(status -> status.value().getServedVersion() == newest);
    }

    /** The versions of a model. */
    TreeMap<Long, CheckpointManifest> manifests(String model) {
        TreeMap<Long, CheckpointManifest> manifests = new TreeMap<>();
        TopicContents.read(cluster, Topic.MODEL_REGISTRY, CheckpointManifest.class).stream()
                .map(Entry::value)
                .filter(manifest -> manifest.getModel().equals(model))
                .forEach(manifest -> manifests.put(manifest.getVersion(), manifest));
        return manifests;
    }

    /** Checks everything; returns how many versions were made again and found equal. */
    int check() {
        checkTally();
        RunRecord.of(cluster).checkLaws();
        int versions = 0;
        for (String model : kind.models()) {
            versions += RemadeVersions.mustBeEqual(cluster, model);
        }
        if (kind.models().contains(StreamKind.COUNTED)) {
            checkAgainstATrainerThatWasNeverKilled();
        }
        return versions;
    }

    private void checkTally() {
        CheckpointManifest newest = manifests(StreamKind.TALLY).lastEntry().getValue();
        float[] counts = Tally.counts(cluster, newest, capacity);
        assertThat(Arrays.copyOf(counts, samples))
                .as("how often each sample was learned")
                .containsOnly(1f);
        assertThat(Arrays.copyOfRange(counts, samples, capacity))
                .as("weights of samples that never were")
                .containsOnly(0f);
    }

    private void checkAgainstATrainerThatWasNeverKilled() {
        String other = "never-killed";
        List<String> settings = new ArrayList<>(SharedCluster.settings(cluster));
        settings.addAll(StreamKind.countedSettings(other, capacity));
        TreeMap<Long, CheckpointManifest> killed = manifests(StreamKind.COUNTED);
        try (TrainerService trainer =
                TrainerService.start(
                        Configuration.of(TrainerConfig.class, settings), InstantSource.system())) {
            Pipeline.awaitVersion(cluster, other, killed.lastKey());
            assertThat(trainer.ended()).isNotDone();
        }
        TreeMap<Long, CheckpointManifest> unharmed = manifests(other);
        killed.forEach(
                (version, manifest) ->
                        assertThat(bytes(manifest.getWeightsDigest()))
                                .as("weights of version %d of %s", version, killed.lastKey())
                                .isEqualTo(bytes(unharmed.get(version).getWeightsDigest())));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
