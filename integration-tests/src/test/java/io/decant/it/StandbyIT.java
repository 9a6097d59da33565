package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.decant.it.harness.Pipeline;
import io.decant.it.harness.Producing;
import io.decant.it.harness.ServiceProcess;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.Tally;
import io.decant.it.harness.TopicContents;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.CheckpointManifest;
import io.decant.records.Lineage;
import io.decant.records.MetricPoint;
import io.decant.topics.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two trainer processes for one model: one leads, the other is ready. */
@ExtendWith(SharedCluster.class)
class StandbyIT {
    private static final int SAMPLES = 600;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void aZombiePublishesNothingAndTheModelNeverGoesBackToIt(
            ClusterSettings cluster, @TempDir Path folder) {
        try (ServiceProcess one = trainer(cluster, folder, "one");
                ServiceProcess two = trainer(cluster, folder, "two");
                Producing producing = new Producing(cluster)) {
            // Given an owner that is frozen in the middle of the stream, until the standby leads
            start(cluster, one, two, producing, List.of("tally"));
            ServiceProcess zombie = leads(one, "tally") == 1 ? one : two;
            ServiceProcess heir = zombie == one ? two : one;
            produce(producing, 200, 300);
            zombie.freeze();
            produce(producing, 300, 400);
            until("the standby leads", () -> leads(heir, "tally") == 1);

            // When it wakes up while the stream goes on
            int stoodBy = waits(zombie, "tally");
            produce(producing, 400, 450);
            zombie.wake();
            produce(producing, 450, 500);
            until("the zombie stands by", () -> waits(zombie, "tally") > stoodBy);
            CheckpointManifest last = Pipeline.awaitLearnedBy(cluster, "tally");

            // Then every pair was learned once, no version is there twice (a law), and the model
            // went from one to the other
            assertLearned(500, cluster, last, zombie, heir);
            Pipeline.checkLaws(cluster);
            assertThat(List.of(leads(zombie, "tally"), leads(heir, "tally")))
                    .as("how often each took the model;%s", logs(zombie, heir))
                    .containsExactly(1, 1);

            // And when the last thing that a zombie can do is to fence the owner, the owner takes
            // its model back
            fence(cluster);
            produce(producing, 500, SAMPLES);
            assertLearned(
                    SAMPLES, cluster, Pipeline.awaitLearnedBy(cluster, "tally"), zombie, heir);
            assertThat(List.of(leads(zombie, "tally"), leads(heir, "tally")))
                    .as("how often each took the model;%s", logs(zombie, heir))
                    .containsExactly(1, 2);
        }
    }

    @Test
    void ofTwoProcessesWithTwoModelsOneGoesOnWhereTheKilledOtherEnded(
            ClusterSettings cluster, @TempDir Path folder) {
        List<String> models = List.of("tally", "tally-2");
        List<String> other = List.of("model.name=tally-2");
        try (ServiceProcess one = trainer(cluster, folder, "one").alsoWith(other);
                ServiceProcess two = trainer(cluster, folder, "two").alsoWith(other);
                Producing producing = new Producing(cluster)) {
            // Given each model with one owner and one standby
            start(cluster, one, two, producing, models);

            // When a process that leads is killed in the middle of the stream
            ServiceProcess victim = leads(one, "tally") == 1 ? one : two;
            ServiceProcess survivor = victim == one ? two : one;
            boolean ledBoth = leads(victim, "tally-2") == 1;
            produce(producing, 200, 300);
            long killedAt = System.currentTimeMillis();
            victim.kill();
            produce(producing, 300, SAMPLES);

            // Then the other leads both and has published, every pair was learned once by each
            // model, the laws hold, and no owner was disturbed while a standby joined
            for (String model : models) {
                CheckpointManifest last = Pipeline.awaitLearnedBy(cluster, model);
                assertLearned(SAMPLES, cluster, last, one, two);
                assertThat(leads(survivor, model)).isEqualTo(1);
                if (ledBoth || model.equals("tally")) {
                    System.out.printf(
                            "the trainer of %s was killed: the standby's first version came after %.1f s%n",
                            model, (firstVersionOf(survivor, model, cluster) - killedAt) / 1000.0);
                }
            }
            Pipeline.checkLaws(cluster);
            assertThat(logs(one, two)).doesNotContain("event=lease_lost", "event=starting_again");
            assertThat(standbyPoints(cluster))
                    .as("points of metrics that tell of a standby")
                    .isPositive();
        }
    }

    /** Starts both, and waits until each model is learned by one of them while the other waits. */
    private static void start(
            ClusterSettings cluster,
            ServiceProcess one,
            ServiceProcess two,
            Producing producing,
            List<String> models) {
        one.start();
        two.start();
        produce(producing, 0, 200);
        for (String model : models) {
            until(
                    "a leader and a standby of " + model,
                    () ->
                            leads(one, model) + leads(two, model) == 1
                                    && waits(one, model) + waits(two, model) >= 1);
            Pipeline.awaitLearnedBy(cluster, model);
        }
    }

    /**
     * What a process does that was stopped between proving its lease and acting on it: the first
     * thing that it does when it wakes up is to fence its heir.
     */
    private static void fence(ClusterSettings cluster) {
        try (Producer<byte[], byte[]> late =
                new Clients(cluster)
                        .transactionalProducer(
                                "it-late",
                                cluster.prefix() + "trainer-tally",
                                Duration.ofSeconds(15),
                                Map.of())) {
            late.initTransactions();
        }
    }

    private static ServiceProcess trainer(ClusterSettings cluster, Path folder, String name) {
        try {
            return new ServiceProcess(
                    "trainer",
                    cluster,
                    Tally.trainerSettings(SAMPLES),
                    Files.createDirectories(folder.resolve(name)));
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private static void produce(Producing producing, int from, int to) {
        for (int i = from; i < to; i++) {
            producing.raw(
                    Topic.TRAINING_PAIRS,
                    "tally-" + i,
                    producing.encode(Topic.TRAINING_PAIRS, Tally.pair(i, SAMPLES)));
        }
    }

    /** Each of the first samples was learned once, and no other. */
    private static void assertLearned(
            int samples,
            ClusterSettings cluster,
            CheckpointManifest last,
            ServiceProcess... trainers) {
        float[] counts = Tally.counts(cluster, last, SAMPLES);
        float[] expected = new float[SAMPLES];
        Arrays.fill(expected, 0, samples, 1f);
        assertThat(counts)
                .as("how often each sample was learned;%s", logs(trainers))
                .isEqualTo(expected);
    }

    private static String logs(ServiceProcess... trainers) {
        return Arrays.stream(trainers)
                .map(ServiceProcess::log)
                .collect(Collectors.joining("\n\n", " logs:\n", "\n"));
    }

    /** When the version after the one that the process took over was published. */
    private static long firstVersionOf(
            ServiceProcess trainer, String model, ClusterSettings cluster) {
        Matcher leading =
                Pattern.compile("model=" + model + " event=leading version=([0-9]+)")
                        .matcher(trainer.log());
        assertThat(leading.find()).isTrue();
        long first = Long.parseLong(leading.group(1)) + 1;
        return TopicContents.read(cluster, Topic.LINEAGE, Lineage.class).stream()
                .filter(
                        entry ->
                                entry.value().getModel().equals(model)
                                        && entry.value().getVersion() == first)
                .findFirst()
                .orElseThrow()
                .timestampMillis();
    }

    private static long standbyPoints(ClusterSettings cluster) {
        return TopicContents.read(cluster, Topic.TRAINING_METRICS, MetricPoint.class).stream()
                .filter(point -> Double.valueOf(0).equals(point.value().getValues().get("leading")))
                .count();
    }

    private static int leads(ServiceProcess trainer, String model) {
        return times(trainer, "model=" + model + " event=leading ");
    }

    private static int waits(ServiceProcess trainer, String model) {
        return times(trainer, "model=" + model + " event=standing_by");
    }

    private static int times(ServiceProcess trainer, String words) {
        return trainer.log().split(Pattern.quote(words), -1).length - 1;
    }

    private static void until(String what, Callable<Boolean> isSo) {
        await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(isSo);
    }
}
