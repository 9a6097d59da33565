package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.decant.it.harness.Pipeline;
import io.decant.it.harness.Producing;
import io.decant.it.harness.ServiceProcess;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.Tally;
import io.decant.it.harness.TopicContents;
import io.decant.it.laws.RunRecord;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.CheckpointManifest;
import io.decant.records.Lineage;
import io.decant.topics.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two trainer processes for one model: one leads, the other is ready. */
@ExtendWith(SharedCluster.class)
class StandbyIT {
    private static final int SAMPLES = 600;
    private static final Duration TAKEOVER = Duration.ofSeconds(15);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void aStandbyGoesOnWhereAKilledOwnerEnded(ClusterSettings cluster, @TempDir Path folder) {
        // Given a model that one process learns while another has joined and waits
        try (ServiceProcess owner = trainer(cluster, folder, "owner");
                ServiceProcess standby = trainer(cluster, folder, "standby");
                Producing producing = new Producing(cluster)) {
            startOneAfterTheOther(owner, standby, producing);

            // When the owner is killed in the middle of the stream
            produce(producing, 200, 300);
            long killedAt = System.currentTimeMillis();
            owner.kill();
            produce(producing, 300, SAMPLES);
            CheckpointManifest last = Pipeline.awaitLearnedBy(cluster, "tally");

            // Then the standby has soon published, every pair was learned once, the laws hold, and
            // the owner never noticed that the standby joined
            assertThat(Duration.ofMillis(firstVersionOf(standby, cluster) - killedAt))
                    .as("from the kill to the standby's first version; its log:%n%s", standby.log())
                    .isLessThanOrEqualTo(TAKEOVER);
            assertLearnedOnce(cluster, last, owner, standby);
            assertThat(owner.log()).doesNotContain("event=lease_lost", "event=starting_again");
        }
    }

    @Test
    void aZombiePublishesNothingAndStandsByWhenItWakesUp(
            ClusterSettings cluster, @TempDir Path folder) {
        // Given an owner that is frozen in the middle of the stream, until the standby leads
        try (ServiceProcess zombie = trainer(cluster, folder, "zombie");
                ServiceProcess standby = trainer(cluster, folder, "standby");
                Producing producing = new Producing(cluster)) {
            startOneAfterTheOther(zombie, standby, producing);
            produce(producing, 200, 300);
            zombie.freeze();
            produce(producing, 300, 400);
            until("the standby leads", () -> leads(standby, "tally") == 1);

            // When it wakes up while the stream goes on
            produce(producing, 400, 500);
            zombie.wake();
            produce(producing, 500, SAMPLES);
            until(
                    "the zombie stands by",
                    () -> times(zombie, "model=tally event=standing_by") == 1);
            CheckpointManifest last = Pipeline.awaitLearnedBy(cluster, "tally");

            // Then no version is there twice (a law), every pair was learned once, and the model
            // went from one to the other, never back
            assertLearnedOnce(cluster, last, zombie, standby);
            assertThat(List.of(leads(zombie, "tally"), leads(standby, "tally")))
                    .as("logs:%n%s%n%n%s", zombie.log(), standby.log())
                    .containsExactly(1, 1);
            assertThat(zombie.isAlive()).isTrue();
        }
    }

    @Test
    void twoProcessesShareTwoModelsAndEachStandsByForTheOther(
            ClusterSettings cluster, @TempDir Path folder) {
        // Given
        List<String> other = List.of("model.name=tally-2");
        try (ServiceProcess one = trainer(cluster, folder, "one").alsoWith(other);
                ServiceProcess two = trainer(cluster, folder, "two").alsoWith(other);
                Producing producing = new Producing(cluster)) {
            one.start();
            two.start();
            produce(producing, 0, 300);
            List<String> models = List.of("tally", "tally-2");
            for (String model : models) {
                until(
                        "a leader and a standby of " + model,
                        () ->
                                leads(one, model) + leads(two, model) == 1
                                        && waits(one, model) + waits(two, model) == 1);
            }

            // When one that leads is killed
            ServiceProcess victim = leads(one, "tally") == 1 ? one : two;
            ServiceProcess survivor = victim == one ? two : one;
            victim.kill();
            produce(producing, 300, SAMPLES);

            // Then the other leads both
            for (String model : models) {
                CheckpointManifest last = Pipeline.awaitLearnedBy(cluster, model);
                assertLearnedOnce(cluster, last, one, two);
                assertThat(leads(survivor, model)).isEqualTo(1);
            }
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
            throw new java.io.UncheckedIOException(refused);
        }
    }

    private static void startOneAfterTheOther(
            ServiceProcess owner, ServiceProcess standby, Producing producing) {
        owner.start();
        until("the owner leads", () -> leads(owner, "tally") == 1);
        standby.start();
        produce(producing, 0, 200);
        until("the standby has joined", () -> waits(standby, "tally") == 1);
    }

    private static void produce(Producing producing, int from, int to) {
        for (int i = from; i < to; i++) {
            producing.raw(
                    Topic.TRAINING_PAIRS,
                    "tally-" + i,
                    producing.encode(Topic.TRAINING_PAIRS, Tally.pair(i, SAMPLES)));
        }
    }

    private static void assertLearnedOnce(
            ClusterSettings cluster, CheckpointManifest last, ServiceProcess... trainers) {
        assertThat(Tally.counts(cluster, last, SAMPLES))
                .as(
                        "how often each sample was learned; logs:%n%s",
                        String.join(
                                "\n\n",
                                java.util.Arrays.stream(trainers)
                                        .map(ServiceProcess::log)
                                        .toList()))
                .containsOnly(1f);
        RunRecord run = Pipeline.checkLaws(cluster);
        assertThat(run.lineage()).isNotEmpty();
    }

    /** When the version after the one that the process took over was published. */
    private static long firstVersionOf(ServiceProcess trainer, ClusterSettings cluster) {
        Matcher leading =
                Pattern.compile("model=tally event=leading version=([0-9]+)")
                        .matcher(trainer.log());
        assertThat(leading.find()).isTrue();
        long first = Long.parseLong(leading.group(1)) + 1;
        return TopicContents.read(cluster, Topic.LINEAGE, Lineage.class).stream()
                .filter(entry -> entry.value().getVersion() == first)
                .findFirst()
                .orElseThrow()
                .timestampMillis();
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
