package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.decant.dev.stack.ServiceStack;
import io.decant.it.harness.ConstantTeacher;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.Producing;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.Tally;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.trainer.TrainerService;
import io.decant.trainer.learn.Accuracy;
import io.decant.trainer.learn.Prequential;
import io.decant.trainer.learn.PredictionListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** L7. A prediction that is scored was made before its pair was learned: nobody can foretell random labels. */
@ExtendWith(SharedCluster.class)
class PrequentialHonestyIT {
    private static final long SEED = Long.getLong("test.seed", 20261122L);
    private static final int SAMPLES = 1000;
    private static final int CLASSES = 2;
    private static final double CHANCE = 1.0 / CLASSES;
    private static final double STANDARD_DEVIATION = Math.sqrt(CHANCE * (1 - CHANCE) / SAMPLES);

    @Test
    void randomLabelsArePredictedByChanceTheFirstTimeAndByHeartTheSecond(ClusterSettings cluster, @TempDir Path folder) {
        try (Producing producing = new Producing(cluster);
                ServiceStack stack = Pipeline.stack(cluster, settings(folder))) {
            // Given random labels, and a student that needs to see a sample only once
            int[] labels = new Random(SEED).ints(SAMPLES, 0, CLASSES).toArray();
            TrainerService trainer = stack.trainer(PredictionListener.NONE);
            stack.joiner();
            stack.teacher();

            // When all samples are streamed, and then once more under new ids
            Prequential first = stream(producing, cluster, trainer, "first-", labels, SAMPLES);
            Prequential both = stream(producing, cluster, trainer, "second-", labels, 2 * SAMPLES);

            // Then both students knew nothing about what they had not learned, and all about what they had
            honest("student", first.student(), both.student());
            honest("shadow", first.shadow(), both.shadow());
            Pipeline.checkLaws(cluster);
        }
    }

    private static void honest(String who, Accuracy first, Accuracy both) {
        double before = first.cumulative().orElseThrow();
        double after = 2 * both.cumulative().orElseThrow() - before;
        assertThat(before).as("%s, first time, seed %d", who, SEED).isBetween(CHANCE - 4 * STANDARD_DEVIATION, CHANCE + 4 * STANDARD_DEVIATION);
        assertThat(after).as("%s, second time, seed %d", who, SEED).isGreaterThan(0.95);
    }

    /** Half of the labels come before their sample, the others after it was learned. */
    private static Prequential stream(Producing producing, ClusterSettings cluster, TrainerService trainer, String run, int[] labels, int scored) {
        for (int i = 0; i < SAMPLES; i++) {
            if (i % 2 == 0) {
                producing.label(run + i, labels[i]);
            }
            producing.send(producing.sample(run + i, Tally.oneHot(i, SAMPLES)));
        }
        await("pairs").atMost(Duration.ofSeconds(60)).until(() -> trainer.progress().pairs() == scored);
        for (int i = 1; i < SAMPLES; i += 2) {
            producing.label(run + i, labels[i]);
        }
        await("scored labels").atMost(Duration.ofSeconds(60)).until(
                () -> trainer.progress().prequential().map(p -> p.student().scored()).orElse(0L) == scored);
        Pipeline.awaitLearned(cluster);
        return trainer.progress().prequential().orElseThrow();
    }

    private static List<String> settings(Path folder) {
        return List.of(
                // Undecided, so that only labels teach.
                "teacher.teacher.file=" + ConstantTeacher.write(folder, "u8", SAMPLES, 0),
                "joiner.state-dir=" + folder.resolve("join-state"),
                "trainer.model.dims=" + SAMPLES + "," + CLASSES,
                // A bias would be common to all samples, and drown what is known of one.
                "trainer.model.bias=false",
                "trainer.model.input.shape=" + SAMPLES,
                "trainer.model.input.scale=1",
                "trainer.optimizer=sgd",
                "trainer.learning-rate=8",
                "trainer.alpha=0",
                "trainer.publish.interval=500ms");
    }
}
