package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.dataset.IdxDataset;
import io.decant.dataset.IdxSplit;
import io.decant.dev.stack.ServiceStack;
import io.decant.it.harness.DatasetJournal;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.RemadeVersions;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.TopicContents;
import io.decant.it.harness.TopicContents.Entry;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.Alias;
import io.decant.records.CheckpointManifest;
import io.decant.records.GateOutcome;
import io.decant.topics.Topic;
import io.decant.trainer.learn.PredictionListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Trainers that go wrong on MNIST after a good start: what they make is published, does not become
 * live, and says what is wrong with it.
 */
@ExtendWith(SharedCluster.class)
class SabotagedTrainersIT {
    private static final String MODEL = "student";
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int HEALTHY = 8_000;
    private static final int SABOTAGED = 5_000;

    @Test
    void aLearningRateAHundredTimesTooHighIsNotServed(ClusterSettings cluster) throws Exception {
        // Given
        try (DatasetJournal journal = healthy(cluster)) {
            long good = live(cluster);

            // When
            journal.honest(SABOTAGED);
            learn(cluster, "learning-rate=0.3");

            // Then
            assertThat(refused(cluster, good))
                    .contains("accuracy 9")
                    .containsPattern("class \\d")
                    .contains("NLL");
            assertThat(live(cluster)).as("what was live before").isEqualTo(good);
        }
    }

    @Test
    void aLossWithTheOtherSignIsNotServed(ClusterSettings cluster) throws Exception {
        // Given
        try (DatasetJournal journal = healthy(cluster)) {
            long good = live(cluster);

            // When
            journal.inverted(SABOTAGED);
            learn(cluster);

            // Then
            assertThat(refused(cluster, good)).contains("accuracy 9", "NLL");
        }
    }

    @Test
    void aClassThatIsMissingFromTheJournalIsNamed(ClusterSettings cluster) throws Exception {
        // Given
        try (DatasetJournal journal = healthy(cluster)) {
            long good = live(cluster);

            // When
            journal.without(3, SABOTAGED);
            learn(cluster);

            // Then
            assertThat(refused(cluster, good)).contains("class 3");
            RemadeVersions.mustBeEqual(cluster, MODEL);
        }
    }

    /** A good start: every version passes, and the newest is live. */
    private static DatasetJournal healthy(ClusterSettings cluster) throws Exception {
        IdxSplit mnist = IdxDataset.open(Path.of("..", "datasets", "mnist")).training();
        DatasetJournal journal = new DatasetJournal(cluster, mnist);
        journal.honest(HEALTHY);
        learn(cluster);
        assertThat(manifests(cluster).values())
                .hasSizeGreaterThan(5)
                .extracting(CheckpointManifest::getGate)
                .containsOnly(GateOutcome.PASSED);
        CheckpointManifest newest = Pipeline.newest(cluster);
        assertThat(newest.getGateReason()).startsWith("not worse than version");
        assertThat(live(cluster)).isEqualTo(newest.getVersion());
        return journal;
    }

    /**
     * The last version was refused and is there all the same, no refused version was ever live;
     * returns the last one's reason.
     */
    private static String refused(ClusterSettings cluster, long good) {
        Map<Long, CheckpointManifest> manifests = manifests(cluster);
        CheckpointManifest newest = Pipeline.newest(cluster);
        assertThat(newest.getVersion()).isGreaterThan(good);
        assertThat(newest.getGate()).as(newest.getGateReason()).isEqualTo(GateOutcome.REFUSED);
        assertThat(newest.getForms()).isNotEmpty();
        assertThat(newest.getGateReason().length()).isLessThanOrEqualTo(300);
        Set<Long> served = aliases(cluster).map(Alias::getVersion).collect(Collectors.toSet());
        assertThat(served)
                .allSatisfy(
                        version ->
                                assertThat(manifests.get(version).getGate())
                                        .isEqualTo(GateOutcome.PASSED));
        return newest.getGateReason();
    }

    private static long live(ClusterSettings cluster) {
        return aliases(cluster).mapToLong(Alias::getVersion).max().orElseThrow();
    }

    private static Stream<Alias> aliases(ClusterSettings cluster) {
        return TopicContents.read(cluster, Topic.MODEL_REGISTRY, Alias.class).stream()
                .map(Entry::value);
    }

    private static Map<Long, CheckpointManifest> manifests(ClusterSettings cluster) {
        return TopicContents.read(cluster, Topic.MODEL_REGISTRY, CheckpointManifest.class).stream()
                .map(Entry::value)
                .collect(Collectors.toMap(CheckpointManifest::getVersion, manifest -> manifest));
    }

    /** Learns all that there is. */
    private static void learn(ClusterSettings cluster, String... more) throws Exception {
        List<String> settings =
                Stream.concat(
                                Stream.of(
                                        "model.name=" + MODEL,
                                        "model.input.mean=0.1307",
                                        "model.input.sd=0.3081",
                                        "gate.mode=enforcing",
                                        // What is remembered would make good what the sabotage
                                        // breaks.
                                        "rehearsal.capacity=0",
                                        "gate.window=1000",
                                        "gate.minimum=800",
                                        "gate.slice-minimum=50",
                                        "publish.pairs=1000",
                                        "publish.interval=10m",
                                        "batch.linger=10m"),
                                Stream.of(more))
                        .map(setting -> "trainer." + setting)
                        .toList();
        try (ServiceStack stack = Pipeline.stack(cluster, settings)) {
            stack.trainer(PredictionListener.NONE)
                    .finish()
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }
}
