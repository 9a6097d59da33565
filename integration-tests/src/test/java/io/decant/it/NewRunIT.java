package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.decant.dev.stack.ServiceStack;
import io.decant.it.harness.Commands;
import io.decant.it.harness.Commands.Ended;
import io.decant.it.harness.GatewayClient;
import io.decant.it.harness.JournalProducer;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.RemadeVersions;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.TopicContents;
import io.decant.it.harness.TopicContents.Entry;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.CheckpointManifest;
import io.decant.records.Lineage;
import io.decant.records.PairKind;
import io.decant.records.TrainingPair;
import io.decant.topics.Topic;
import io.decant.trainer.learn.PredictionListener;
import io.decant.trainer.learn.SampleKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The journal learned once more under another name, and the question who has learned a sample. */
@ExtendWith(SharedCluster.class)
class NewRunIT {
    private static final long SEED = Long.getLong("test.seed", 20261122L);
    private static final long PATIENCE_SECONDS = 60;
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void aRunWithNothingChangedHasTheSameWeightsAndOneWithoutASampleHasOthers(
            ClusterSettings cluster, @TempDir Path folder) throws Exception {
        // Given a live model with versions of all sizes, and a sample whose label came late
        Commands commands = new Commands(cluster, folder);
        try (JournalProducer journal = new JournalProducer(cluster, SEED)) {
            journal.produce(700);
            learn(cluster, "student", List.of());
            String sample = correctedLater(cluster);

            // When nothing is changed, Then the weights are those of the live model, bit for bit
            Path report = folder.resolve("same.json");
            Path page = folder.resolve("same.html");
            Ended same =
                    commands.run("replay", "--as=same", "--report=" + report, "--page=" + page);
            assertThat(same.exitCode()).as(same.errors()).isZero();
            assertThat(same.out()).contains("bit for bit those of version");
            assertThat(page).content().contains("The weights of same are bit for bit those of");
            JsonNode facts = JSON.readTree(report.toFile());
            assertThat(facts.path("identicalWeights").asBoolean()).isTrue();
            assertThat(facts.path("records").asInt()).isEqualTo(700);
            assertThat(facts.path("agreement").asDouble()).isEqualTo(1);
            assertThat(facts.path("prequentialAccuracy").asDouble())
                    .isEqualTo(facts.path("livePrequentialAccuracy").asDouble());
            assertThat(newest(cluster, "same")).as("versions that nobody asked for").isEmpty();

            // When the sample is left out and the result is published
            Ended without =
                    commands.run(
                            "replay",
                            "--as=without",
                            "--exclude=" + sample,
                            "--set=publish.pairs=150",
                            "--publish",
                            "--report=" + report,
                            "--page=none");
            assertThat(without.exitCode()).as(without.errors()).isZero();
            facts = JSON.readTree(report.toFile());
            assertThat(facts.path("identicalWeights").asBoolean()).isFalse();
            assertThat(facts.path("excludedSamples").asInt()).isEqualTo(1);
            assertThat(facts.path("excludedRecords").asInt()).isEqualTo(2);

            // Then every version of it can be made again, and the name is taken
            Ended verified =
                    commands.run("replay", "--verify", "--all", "--model=without", "--page=none");
            assertThat(verified.exitCode()).as(verified.out() + verified.errors()).isZero();
            int versions = RemadeVersions.mustBeEqual(cluster, "without");
            assertThat(versions).isGreaterThan(3);
            Ended again = commands.run("replay", "--as", "without", "--publish");
            assertThat(again.exitCode()).isEqualTo(1);
            assertThat(again.errors()).contains("'without' has versions already");

            // And blame names the versions of the one, and the exclusion of the other
            Ended blamed = commands.run("models", "blame", "--sample", sample);
            assertThat(blamed.exitCode()).as(blamed.errors()).isZero();
            assertThat(blamed.out())
                    .contains(
                            "first contained by soft target in version "
                                    + holder(cluster, "student", sample, PairKind.SOFT_ONLY)
                                    + ", by label in version "
                                    + holder(
                                            cluster, "student", sample, PairKind.LABEL_CORRECTION));
            assertThat(commands.run("models", "blame", "--sample", sample, "--model=without").out())
                    .contains("contained in no version; excluded by model.exclude");

            // And a gateway serves it
            try (ServiceStack stack =
                    Pipeline.stack(
                            cluster,
                            List.of(
                                    "gateway.signatures.policy=accept",
                                    "gateway.model=without",
                                    "gateway.http.port=0",
                                    "gateway.http.drain=0s",
                                    "gateway.data-dir=" + folder.resolve("gateway")))) {
                GatewayClient client = new GatewayClient(stack.gateway().port(), "without");
                await("an answer")
                        .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
                        .ignoreExceptions()
                        .until(
                                () ->
                                        client.ask(new byte[JournalProducer.INPUTS]).version()
                                                == versions);
            }

            // And a trainer of that name goes on from it
            journal.produce(200);
            learn(cluster, "without", List.of("model.exclude=" + SampleKey.of(sample).text()));
            assertThat(RemadeVersions.mustBeEqual(cluster, "without")).isGreaterThan(versions);
        }
    }

    @Test
    void whatIsNotThereIsSaidInOneSentence(ClusterSettings cluster, @TempDir Path folder)
            throws Exception {
        // Given
        Commands commands = new Commands(cluster, folder);
        try (JournalProducer journal = new JournalProducer(cluster, SEED)) {
            journal.produce(120);
            learn(cluster, "student", List.of());
        }
        long newest = newest(cluster, "student").get(0);
        // When, Then: versions are listed and shown
        Ended list = commands.run("models", "list");
        assertThat(list.out().lines().count()).isEqualTo(newest + 1);
        assertThat(list.out()).contains("live, finished");
        Ended shown = commands.run("models", "show", "1", "--json");
        JsonNode facts = JSON.readTree(shown.out());
        assertThat(facts.path("parent").asLong()).isZero();
        assertThat(facts.path("settings").path("model.dims").asText()).isNotEmpty();
        assertThat(facts.path("weightsSha256").asText()).hasSize(64);
        assertThat(facts.path("state").asText()).isEqualTo("AVAILABLE");
        assertThat(facts.at("/journal/0/records").asLong()).isPositive();
        assertThat(facts.fieldNames()).toIterable().allMatch(name -> name.matches("[a-zA-Z0-9]+"));
        // And what does not exist is named
        for (Ended missing :
                List.of(
                        commands.run("models", "show", "999"),
                        commands.run("models", "blame", "--sample", "nobody"),
                        commands.run("models", "list", "--model", "nothing"),
                        commands.run("replay", "--as", "student"),
                        commands.run("replay", "--as", "x", "--set", "alpa=1"))) {
            assertThat(missing.exitCode()).as(missing.errors()).isEqualTo(1);
            assertThat(missing.errors()).startsWith("decant: ").doesNotContain("\tat ");
        }
        assertThat(commands.run("models", "show", "999").errors())
                .contains("has no version 999; the newest is " + newest);
        assertThat(commands.run("models", "blame", "--sample", "nobody").errors())
                .contains("no record of sample 'nobody'");
        assertThat(commands.run("replay", "--as", "x", "--from", "9").exitCode()).isEqualTo(2);
    }

    /** Learns all that there is. */
    private static void learn(ClusterSettings cluster, String model, List<String> more)
            throws Exception {
        List<String> settings = new ArrayList<>(JournalProducer.trainerSettings(model));
        settings.addAll(List.of("publish.pairs=60", "publish.interval=10m", "batch.linger=10m"));
        settings.addAll(more);
        List<String> ofTrainer = settings.stream().map(each -> "trainer." + each).toList();
        try (ServiceStack stack = Pipeline.stack(cluster, ofTrainer)) {
            stack.trainer(PredictionListener.NONE).finish().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** A sample that was learned by soft target first, and by label in a later version. */
    private static String correctedLater(ClusterSettings cluster) {
        return pairs(cluster).stream()
                .filter(pair -> pair.value().getKind() == PairKind.LABEL_CORRECTION)
                .map(pair -> pair.value().getSampleId())
                .filter(
                        sample ->
                                pairs(cluster, sample, PairKind.SOFT_ONLY).size() == 1
                                        && holder(cluster, "student", sample, PairKind.SOFT_ONLY)
                                                < holder(
                                                        cluster,
                                                        "student",
                                                        sample,
                                                        PairKind.LABEL_CORRECTION))
                .findFirst()
                .orElseThrow();
    }

    private static List<Entry<TrainingPair>> pairs(ClusterSettings cluster) {
        return TopicContents.read(cluster, Topic.TRAINING_PAIRS, TrainingPair.class);
    }

    private static List<Entry<TrainingPair>> pairs(
            ClusterSettings cluster, String sample, PairKind kind) {
        return pairs(cluster).stream()
                .filter(pair -> pair.value().getSampleId().equals(sample))
                .filter(pair -> pair.value().getKind() == kind)
                .toList();
    }

    /** The version whose spans hold the sample's record of that kind. */
    private static long holder(
            ClusterSettings cluster, String model, String sample, PairKind kind) {
        Entry<TrainingPair> pair = pairs(cluster, sample, kind).get(0);
        return TopicContents.read(cluster, Topic.LINEAGE, Lineage.class).stream()
                .map(Entry::value)
                .filter(version -> version.getModel().equals(model))
                .filter(
                        version ->
                                version.getSpans().stream()
                                        .anyMatch(
                                                span ->
                                                        span.getPartition() == pair.partition()
                                                                && span.getFirstOffset()
                                                                        <= pair.offset()
                                                                && pair.offset()
                                                                        <= span.getLastOffset()))
                .mapToLong(Lineage::getVersion)
                .findFirst()
                .orElseThrow();
    }

    /** Versions of a model, newest first. */
    private static List<Long> newest(ClusterSettings cluster, String model) {
        return TopicContents.read(cluster, Topic.MODEL_REGISTRY, CheckpointManifest.class).stream()
                .map(Entry::value)
                .filter(manifest -> manifest.getModel().equals(model))
                .map(CheckpointManifest::getVersion)
                .sorted(java.util.Comparator.reverseOrder())
                .toList();
    }
}
