package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.decant.dev.stack.ServiceStack;
import io.decant.it.harness.JournalProducer;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.Producing;
import io.decant.it.harness.RemadeVersions;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.TopicContents;
import io.decant.it.harness.TopicContents.Entry;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.CheckpointManifest;
import io.decant.records.Lineage;
import io.decant.records.OffsetRange;
import io.decant.records.Span;
import io.decant.records.TrainingPair;
import io.decant.topics.Topic;
import io.decant.trainer.TrainerConfig;
import io.decant.trainer.learn.PredictionListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A trainer that cannot read the newest state, or not all of the journal. */
@ExtendWith(SharedCluster.class)
class RecoveryIT {
    private static final String MODEL = "student";
    private static final long SEED = Long.getLong("test.seed", 20261122L);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void versionsAfterTheLastLargeStateAreLearnedAgain(ClusterSettings cluster) throws Exception {
        // Given a state that counts as large, written with every fourth version only
        List<String> settings = settings("publish.state-bytes=1", "publish.state-every=4");
        try (JournalProducer journal = new JournalProducer(cluster, SEED)) {
            journal.produce(380);
            learn(cluster, settings, 7);
            CheckpointManifest newest = Pipeline.newest(cluster);
            assertThat(newest.getStateSlot()).as("slot of a state that is not written").isEmpty();

            // When the trainer comes back, and goes on
            journal.produce(300);
            finish(cluster, settings);

            // Then every version is what its lineage says, also those after the gap in states
            RemadeVersions.mustBeEqual(cluster, MODEL);
            assertThat(Pipeline.newest(cluster).getVersion()).isGreaterThan(newest.getVersion());
        }
    }

    @Test
    void aStateThatIsLostIsMadeAgainFromAnOlderOne(ClusterSettings cluster) throws Exception {
        // Given a newest version whose manifest points to where its state no longer is
        List<String> settings = settings();
        try (JournalProducer journal = new JournalProducer(cluster, SEED);
                Producing producing = new Producing(cluster)) {
            journal.produce(430);
            learn(cluster, settings, 8);
            CheckpointManifest newest = Pipeline.newest(cluster);
            OffsetRange elsewhere = OffsetRange.newBuilder(newest.getState()).build();
            elsewhere.setFrom(0);
            elsewhere.setTo(1);
            newest.setState(elsewhere);
            producing.raw(
                    Topic.MODEL_REGISTRY,
                    cluster.topics().modelPartition(MODEL),
                    MODEL + "/" + newest.getVersion(),
                    producing.encode(Topic.MODEL_REGISTRY, newest));

            // When the trainer comes back, and goes on
            journal.produce(300);
            finish(cluster, settings);

            // Then it went on from the same state
            RemadeVersions.mustBeEqual(cluster, MODEL);
            assertThat(Pipeline.newest(cluster).getVersion()).isGreaterThan(newest.getVersion());
        }
    }

    @Test
    void aLostRangeIsPassedOverWhenAnOperatorSaysSoAndLineageTells(ClusterSettings cluster)
            throws Exception {
        // Given a range that the broker lost before the model learned it
        try (JournalProducer journal = new JournalProducer(cluster, SEED);
                Admin admin = new Clients(cluster).admin("it-recovery")) {
            journal.produce(200);
            finish(cluster, settings());
            Map<Integer, Long> learned = ends(cluster);
            journal.produce(100);
            long lostTo = ends(cluster).get(0);
            TopicPartition partition =
                    new TopicPartition(cluster.topics().name(Topic.TRAINING_PAIRS), 0);
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(lostTo)))
                    .all()
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            journal.produce(100);

            // When the trainer comes back with leave to go on
            finish(cluster, settings("journal.accept-gap=true"));

            // Then the gap stands in lineage, once, and the rest was learned
            List<OffsetRange> gaps =
                    TopicContents.read(cluster, Topic.LINEAGE, Lineage.class).stream()
                            .flatMap(entry -> entry.value().getGaps().stream())
                            .toList();
            assertThat(gaps).hasSize(1);
            assertThat(gaps.get(0).getPartition()).isZero();
            assertThat(gaps.get(0).getFrom()).isLessThanOrEqualTo(learned.get(0));
            assertThat(gaps.get(0).getTo()).isEqualTo(lostTo);
            CheckpointManifest newest = Pipeline.newest(cluster);
            assertThat(newest.getJournal().get(0).getTo())
                    .isGreaterThanOrEqualTo(ends(cluster).get(0));
        }
    }

    @Test
    void aModelBeginsAtATimeLearnsWhatItsFilterLetsThroughAndCanBeMadeAgain(ClusterSettings cluster)
            throws Exception {
        // Given a journal with records before and after a time
        try (JournalProducer journal = new JournalProducer(cluster, SEED)) {
            journal.produce(120);
            Map<Integer, Long> before = ends(cluster);
            Instant time = Instant.now().plusMillis(1);
            await("a later millisecond").until(() -> Instant.now().isAfter(time.plusMillis(1)));
            journal.produce(150);

            // When a model begins at that time, for one of two tenants, and comes back once
            List<String> settings = settings("journal.start=" + time, "model.filter=tenant=even");
            finish(cluster, settings);
            journal.produce(60);
            finish(cluster, settings);

            // Then it took in everything from then on, learned its tenant's pairs alone, and
            // lineage is enough to make it again
            List<Lineage> lineage =
                    TopicContents.read(cluster, Topic.LINEAGE, Lineage.class).stream()
                            .map(Entry::value)
                            .toList();
            before.forEach(
                    (partition, end) ->
                            assertThat(lineage.get(0).getStartOffsets().get(partition))
                                    .isGreaterThanOrEqualTo(end));
            assertThat(records(lineage)).isEqualTo(210);
            Map<String, Double> last = lineage.get(lineage.size() - 1).getMetrics();
            assertThat(last.get("records_left_out")).isBetween(60.0, 150.0);
            assertThat(last.get("pairs_learned")).isBetween(30.0, 150.0);
            RemadeVersions.mustBeEqual(cluster, MODEL);
        }
    }

    private static long records(List<Lineage> lineage) {
        return lineage.stream()
                .flatMap(version -> version.getSpans().stream())
                .mapToLong(Span::getRecords)
                .sum();
    }

    private static List<String> settings(String... more) {
        List<String> all = new ArrayList<>(JournalProducer.trainerSettings(MODEL));
        all.addAll(List.of("publish.pairs=50", "publish.interval=10m", "batch.linger=10m"));
        all.addAll(List.of(more));
        return all.stream().map(setting -> "trainer." + setting).toList();
    }

    /** Learns until so many versions are out. */
    private static void learn(ClusterSettings cluster, List<String> settings, int versions) {
        try (ServiceStack stack = Pipeline.stack(cluster, settings)) {
            var trainer = stack.trainer(PredictionListener.NONE);
            await("versions")
                    .atMost(PATIENCE)
                    .until(
                            () ->
                                    trainer.progress()
                                            .published()
                                            .filter(last -> last.version() >= versions)
                                            .isPresent());
        }
    }

    /** Learns all that there is. */
    private static void finish(ClusterSettings cluster, List<String> settings) throws Exception {
        try (ServiceStack stack = Pipeline.stack(cluster, settings)) {
            assertThat(stack.configuration("trainer", TrainerConfig.class).model().name())
                    .isEqualTo(MODEL);
            stack.trainer(PredictionListener.NONE)
                    .finish()
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static Map<Integer, Long> ends(ClusterSettings cluster) {
        return TopicContents.read(cluster, Topic.TRAINING_PAIRS, TrainingPair.class).stream()
                .collect(
                        java.util.stream.Collectors.toMap(
                                Entry::partition, entry -> entry.offset() + 1, Math::max));
    }
}
