package io.decant.it.harness;

import static org.awaitility.Awaitility.await;

import io.decant.dev.stack.ServiceStack;
import io.decant.it.laws.RunRecord;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.CheckpointManifest;
import io.decant.records.OffsetRange;
import io.decant.records.TrainingPair;
import io.decant.topics.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Waits for what a run must come to. <i>Thread-safe.</i> */
public final class Pipeline {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private Pipeline() {}

    /** Waits until so many pairs are in the journal. */
    public static void awaitPairs(ClusterSettings cluster, int pairs) {
        await("pairs in the journal")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(250))
                .untilAsserted(
                        () ->
                                org.assertj.core.api.Assertions.assertThat(
                                                TopicContents.read(
                                                        cluster,
                                                        Topic.TRAINING_PAIRS,
                                                        TrainingPair.class))
                                        .hasSizeGreaterThanOrEqualTo(pairs));
    }

    /**
     * Waits until published versions have learned the whole journal; returns the newest manifest.
     */
    public static CheckpointManifest awaitLearned(
            ClusterSettings cluster, ServiceProcess... processes) {
        await("the journal to be learned")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> learned(cluster));
        return newest(cluster);
    }

    /** Waits until a model has learned the whole journal; returns its newest manifest. */
    public static CheckpointManifest awaitLearnedBy(ClusterSettings cluster, String model) {
        await("the journal to be learned by " + model)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> learned(cluster, of(cluster, model)));
        return of(cluster, model).stream()
                .max(java.util.Comparator.comparingLong(CheckpointManifest::getVersion))
                .orElseThrow();
    }

    private static List<CheckpointManifest> of(ClusterSettings cluster, String model) {
        return TopicContents.read(cluster, Topic.MODEL_REGISTRY, CheckpointManifest.class).stream()
                .map(TopicContents.Entry::value)
                .filter(manifest -> manifest.getModel().equals(model))
                .toList();
    }

    private static boolean learned(ClusterSettings cluster) {
        return learned(
                cluster,
                TopicContents.read(cluster, Topic.MODEL_REGISTRY, CheckpointManifest.class).stream()
                        .map(TopicContents.Entry::value)
                        .toList());
    }

    private static boolean learned(ClusterSettings cluster, List<CheckpointManifest> manifests) {
        Map<Integer, Long> to = new HashMap<>();
        for (CheckpointManifest manifest : manifests) {
            for (OffsetRange range : manifest.getJournal()) {
                to.merge(range.getPartition(), range.getTo(), Math::max);
            }
        }
        return TopicContents.read(cluster, Topic.TRAINING_PAIRS, TrainingPair.class).stream()
                .allMatch(pair -> to.getOrDefault(pair.partition(), 0L) > pair.offset());
    }

    /** Waits until a model's version is committed. */
    public static void awaitVersion(ClusterSettings cluster, String model, long version) {
        await("version " + version + " of " + model)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(250))
                .until(
                        () ->
                                TopicContents.read(
                                                cluster,
                                                Topic.MODEL_REGISTRY,
                                                CheckpointManifest.class)
                                        .stream()
                                        .map(TopicContents.Entry::value)
                                        .anyMatch(
                                                manifest ->
                                                        manifest.getModel().equals(model)
                                                                && manifest.getVersion()
                                                                        >= version));
    }

    /** The manifest of the highest version. */
    public static CheckpointManifest newest(ClusterSettings cluster) {
        return TopicContents.read(cluster, Topic.MODEL_REGISTRY, CheckpointManifest.class).stream()
                .map(TopicContents.Entry::value)
                .max(java.util.Comparator.comparingLong(CheckpointManifest::getVersion))
                .orElseThrow();
    }

    /** A stack of all services in this process. */
    public static ServiceStack stack(ClusterSettings cluster, List<String> settings) {
        return new ServiceStack(cluster, settings, java.time.InstantSource.system());
    }

    /** Checks every law over what the run has left. */
    public static RunRecord checkLaws(ClusterSettings cluster) {
        RunRecord run = RunRecord.of(cluster);
        run.checkLaws();
        return run;
    }
}
