package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.it.harness.Pipeline;
import io.decant.it.harness.Producing;
import io.decant.it.harness.ServiceProcess;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.Tally;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.CheckpointManifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Kills real processes and counts how often each pair was learned. */
@ExtendWith(SharedCluster.class)
class CrashIT {
    private static final int SAMPLES = 1200;
    private static final long SEED = Long.getLong("test.seed", 20261122L);

    @Test
    void eachPairIsLearnedOnceAlthoughTrainerJoinerAndTeacherAreKilled(
            ClusterSettings cluster, @TempDir Path folder) {
        // Given a tally model and a stream that is half through when the killing begins
        List<String> joiner = List.of("state-dir=" + folder.resolve("join-state"));
        try (ServiceProcess teacher =
                        new ServiceProcess(
                                "teacher",
                                cluster,
                                Tally.teacherSettings(folder, SAMPLES),
                                folder);
                ServiceProcess join = new ServiceProcess("joiner", cluster, joiner, folder);
                ServiceProcess trainer =
                        new ServiceProcess(
                                "trainer", cluster, Tally.trainerSettings(SAMPLES), folder);
                Producing producing = new Producing(cluster)) {
            List<ServiceProcess> processes = new ArrayList<>(List.of(teacher, join, trainer));
            processes.forEach(ServiceProcess::start);
            Random random = new Random(SEED);
            int third = SAMPLES / 4;
            int next = 0;
            next = produce(producing, next, third);
            Pipeline.awaitPairs(cluster, third / 2);

            // When each of them is killed in an order chosen by the seed, while samples go on
            // arriving
            java.util.Collections.shuffle(processes, random);
            for (ServiceProcess victim : processes) {
                next = produce(producing, next, random.nextInt(third / 2));
                victim.kill();
                next = produce(producing, next, random.nextInt(third / 2));
                victim.start();
            }
            produce(producing, next, SAMPLES - next);
            Pipeline.awaitPairs(cluster, SAMPLES);
            CheckpointManifest last = Pipeline.awaitLearned(cluster);

            // Then every pair was learned exactly once, and the laws hold
            assertThat(Tally.counts(cluster, last, SAMPLES))
                    .as(
                            "how often each sample was learned; seed %d; log of the trainer:%n%s",
                            SEED, trainer.log())
                    .containsOnly(1f);
            Pipeline.checkLaws(cluster);
        }
    }

    private static int produce(Producing producing, int from, int count) {
        for (int i = from; i < from + count; i++) {
            producing.send(producing.sample("tally-" + i, Tally.oneHot(i, SAMPLES)));
        }
        return from + count;
    }
}
