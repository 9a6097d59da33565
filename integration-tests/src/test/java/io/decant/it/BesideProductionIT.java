package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.decant.cli.deadletters.LetterFilter;
import io.decant.cli.deadletters.LetterReader;
import io.decant.cli.deadletters.Redriver;
import io.decant.cli.deadletters.Shelf;
import io.decant.dev.stack.ServiceStack;
import io.decant.it.harness.Commands;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.Producing;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.Tally;
import io.decant.it.harness.TopicContents;
import io.decant.it.laws.RunRecord;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.service.Service;
import io.decant.pipeline.source.SourceShare;
import io.decant.records.CheckpointManifest;
import io.decant.records.MetricPoint;
import io.decant.records.Sample;
import io.decant.records.SoftTarget;
import io.decant.topics.Topic;
import io.decant.trainer.join.JoinerService;
import io.decant.trainer.learn.PredictionListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What an operator does beside production: sends refused records again, pauses and resumes. */
@ExtendWith(SharedCluster.class)
class BesideProductionIT {
    private static final int SAMPLES = 400;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** As the settings say it. */
    private static final SourceShare TAKEN = new SourceShare(0.8, 11);

    private int produced;
    private int labelsOfOthers;

    @Test
    void refusedRecordsAreSentAgainOnceAndPausedServicesGoOnWhereTheyWere(
            ClusterSettings cluster, @TempDir Path folder) throws IOException {
        Commands commands = new Commands(cluster, folder);
        try (Producing producing = new Producing(cluster);
                ServiceStack stack = Pipeline.stack(cluster, settings(folder))) {
            // Given records of a producer that partitions wrongly, and one that is none
            Service trainer = stack.trainer(PredictionListener.NONE);
            JoinerService joiner = stack.joiner();
            Service teacher = stack.teacher();
            int misplaced = 0;
            while (misplaced < 3) {
                int index = produced++;
                misplaced += TAKEN.takes(id(index)) ? 1 : 0;
                Sample sample = sample(producing, index);
                producing.raw(
                        Topic.SAMPLES,
                        (cluster.topics().samplePartition(id(index)) + 1)
                                % cluster.samplePartitions(),
                        id(index),
                        producing.encode(Topic.SAMPLES, sample));
            }
            producing.raw(Topic.SAMPLES, "junk", new byte[] {7, 8, 9});
            int refused = produced;
            await("the letters").atMost(PATIENCE).until(() -> letters(commands) == refused + 1);

            // When they are redriven, after a run that was killed before it committed
            interruptedRun(cluster, refused);
            redrives(commands, refused);

            // Then each comes through once, and the one that is none stays and says why
            produce(producing, 100);
            learned(cluster, trainer);

            // When each service in turn is paused while samples arrive
            holdsStill(commands, cluster, producing, "teacher", teacher, () -> answers(cluster));
            holdsStill(commands, cluster, producing, "joiner", joiner, () -> pairs(cluster));
            holdsStill(commands, cluster, producing, "trainer", trainer, () -> versions(cluster));

            // Then everything is learned once
            learned(cluster, trainer);
            RunRecord.of(cluster, TAKEN).checkLaws();
            assertThat(joiner.counts()).containsEntry("not_taken", (long) labelsOfOthers);
            assertThat(stack.failure()).isEmpty();
        }
    }

    private static List<String> settings(Path folder) {
        List<String> settings = new ArrayList<>();
        Tally.teacherSettings(folder, SAMPLES).forEach(each -> settings.add("teacher." + each));
        Tally.trainerSettings(SAMPLES).forEach(each -> settings.add("trainer." + each));
        for (String service : List.of("teacher", "joiner")) {
            settings.add(service + ".source.share=" + TAKEN.share());
            settings.add(service + ".source.seed=" + TAKEN.seed());
        }
        settings.add("joiner.state-dir=" + folder.resolve("join"));
        settings.add("trainer.lease.metrics-interval=200ms");
        return settings;
    }

    private static String id(int index) {
        return "tally-" + index;
    }

    private static Sample sample(Producing producing, int index) {
        return producing.sample(id(index), Tally.oneHot(index, SAMPLES));
    }

    private void produce(Producing producing, int count) {
        for (int end = produced + count; produced < end; produced++) {
            producing.send(sample(producing, produced));
            if (!TAKEN.takes(id(produced))) {
                // Nobody waits for it, so it must leave no trace.
                producing.label(id(produced), 0);
                labelsOfOthers++;
            }
        }
    }

    private static int letters(Commands commands) throws IOException {
        return json(commands.run("dead-letters", "list", "--json")).path("matching").asInt();
    }

    private static JsonNode json(Commands.Ended ended) throws IOException {
        assertThat(ended.errors()).isEmpty();
        return JSON.readTree(ended.out());
    }

    /** Sends everything again, and ends without a commit. */
    private static void interruptedRun(ClusterSettings cluster, int misplaced) {
        InstantSource clock = InstantSource.system();
        Shelf shelf = Shelf.ofNewest(LetterFilter.ALL, 100);
        try (RecordCodec codec = new RecordCodec(cluster);
                LetterReader reader = new LetterReader(cluster, clock, PATIENCE);
                Redriver killed = new Redriver(cluster, codec, clock)) {
            reader.read(Optional.empty(), shelf::take);
            assertThat(shelf.letters()).hasSize(misplaced + 1);
            shelf.letters().forEach(letter -> killed.resend(letter, 0, "nobody", "killed"));
        }
    }

    private static void redrives(Commands commands, int misplaced) throws IOException {
        JsonNode plan =
                json(commands.run("dead-letters", "redrive", "--dry-run", "--reason=x", "--json"));
        assertThat(plan.path("redriven")).hasSize(misplaced);
        assertThat(plan.path("left")).hasSize(1);
        Commands.Ended first =
                commands.run("dead-letters", "redrive", "--reason=producer mended", "--author=ada");
        assertThat(first.exitCode()).isEqualTo(1);
        assertThat(first.out())
                .startsWith("redriven " + misplaced + ", left 1, redriven before 0")
                .contains("LEFT: it would be refused again");
        Commands.Ended again =
                commands.run(
                        "dead-letters",
                        "redrive",
                        "--with-reason=wrong_partition",
                        "--reason=again");
        assertThat(again.out()).startsWith("redriven 0, left 0, redriven before " + misplaced);
        assertThat(again.exitCode()).isZero();
        JsonNode listed =
                json(
                        commands.run(
                                "dead-letters",
                                "list",
                                "--with-reason=WRONG_PARTITION",
                                "--stage=teacher",
                                "--topic=samples",
                                "--since=PT1H",
                                "--json"));
        assertThat(listed.path("letters"))
                .hasSize(misplaced)
                .allSatisfy(
                        letter ->
                                assertThat(letter.at("/redriven/author").asText())
                                        .isEqualTo("ada"));
        String name = listed.at("/letters/0/letter").asText();
        assertThat(commands.run("dead-letters", "show", name).out())
                .contains("WRONG_PARTITION", "murmur2", "type=Sample", "producer mended");
    }

    /** A service that was ordered to pause moves nothing, whatever arrives; then it goes on. */
    private void holdsStill(
            Commands commands,
            ClusterSettings cluster,
            Producing producing,
            String name,
            Service service,
            IntSupplier made) {
        Commands.Ended ordered = commands.run("pause", name, "--reason=peak", "--author=ada");
        assertThat(ordered.exitCode()).as(ordered.errors()).isZero();
        assertThat(commands.run("pause", name, "--reason=again").out())
                .startsWith("nothing was ordered: the " + name + " is paused by ada since ");
        await(name + " to be paused")
                .atMost(PATIENCE)
                .until(() -> service.paused().filter(why -> why.contains("ada")).isPresent());
        // What was open when the order came is committed with it.
        int before = settled(cluster, name, made);
        produce(producing, 30);
        int points = pausedPoints(cluster, name);
        await("a paused " + name + " to report for a while")
                .atMost(PATIENCE)
                .until(() -> pausedPoints(cluster, name) >= points + 3);
        assertThat(made.getAsInt()).as("what a paused %s has made", name).isEqualTo(before);
        assertThat(commands.run("resume", name, "--reason=over").exitCode()).isZero();
        await(name + " to go on").atMost(PATIENCE).until(() -> made.getAsInt() > before);
    }

    private static int settled(ClusterSettings cluster, String name, IntSupplier made) {
        int points = pausedPoints(cluster, name);
        await("a paused " + name + " to report")
                .atMost(PATIENCE)
                .until(() -> pausedPoints(cluster, name) >= points + 2);
        return made.getAsInt();
    }

    private static int pausedPoints(ClusterSettings cluster, String service) {
        return (int)
                TopicContents.read(cluster, Topic.TRAINING_METRICS, MetricPoint.class).stream()
                        .map(TopicContents.Entry::value)
                        .filter(point -> point.getService().equals(service))
                        .filter(point -> point.getValues().getOrDefault("paused", 0.0) == 1)
                        .count();
    }

    private static int answers(ClusterSettings cluster) {
        return TopicContents.read(cluster, Topic.SOFT_TARGETS, SoftTarget.class).size();
    }

    private static int pairs(ClusterSettings cluster) {
        return TopicContents.raw(cluster, Topic.TRAINING_PAIRS).size();
    }

    private static int versions(ClusterSettings cluster) {
        return TopicContents.read(cluster, Topic.MODEL_REGISTRY, CheckpointManifest.class).size();
    }

    private void learned(ClusterSettings cluster, Service trainer) {
        float[] expected = new float[SAMPLES];
        int taken = 0;
        for (int index = 0; index < produced; index++) {
            if (TAKEN.takes(id(index))) {
                expected[index] = 1;
                taken++;
            }
        }
        Pipeline.awaitPairs(cluster, taken);
        CheckpointManifest last = Pipeline.awaitLearned(cluster);
        assertThat(Tally.counts(cluster, last, SAMPLES))
                .as("how often each sample was learned")
                .isEqualTo(expected);
        assertThat(trainer.ended()).isNotDone();
        assertThat(pairs(cluster)).as("pairs in the journal").isEqualTo(taken);
    }
}
