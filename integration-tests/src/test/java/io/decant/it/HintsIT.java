package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.dev.stack.ServiceStack;
import io.decant.it.harness.Commands;
import io.decant.it.harness.Commands.Ended;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.Producing;
import io.decant.it.harness.PublishedModels;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.TopicContents;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.Tensor;
import io.decant.records.TrainingPair;
import io.decant.topics.Topic;
import io.decant.trainer.TrainerConfig;
import io.decant.trainer.TrainerService;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Layers of a teacher, from its file through the journal into the student. Teacher and student are
 * the same file: a linear layer of 12, which it gives as "flat", a ReLU, and a linear layer of 3.
 */
@ExtendWith(SharedCluster.class)
class HintsIT {
    private static final long SEED = Long.getLong("test.seed", 20261122L);
    private static final Path FILE =
            Path.of("../student-model/src/test/resources/students/layered.pt").toAbsolutePath();
    private static final String MODEL = "student";
    private static final int WIDTH = 16;
    private static final int SAMPLES = 200;

    @Test
    void aLayerIsLearnedThatNoAnswerCouldHaveTaught(ClusterSettings cluster, @TempDir Path folder)
            throws Exception {
        // Given: all weights are 0, so no gradient of the logits ever reaches the first layer
        Random random = new Random(SEED);
        try (Producing producing = new Producing(cluster);
                ServiceStack stack = Pipeline.stack(cluster, settings(folder))) {
            stack.joiner();
            stack.teacher();
            TrainerConfig config = stack.configuration("trainer", TrainerConfig.class);
            try (TrainerService trainer = TrainerService.start(config, InstantSource.system())) {
                // When
                for (int i = 0; i < SAMPLES; i++) {
                    byte[] features = new byte[WIDTH];
                    random.nextBytes(features);
                    producing.send(producing.sample("hint-" + i, features));
                }
                Pipeline.awaitPairs(cluster, SAMPLES);
                Pipeline.awaitLearned(cluster);
                assertThat(trainer.ended()).isNotDone();
            }
        }
        // Then
        for (TopicContents.Entry<TrainingPair> entry :
                TopicContents.read(cluster, Topic.TRAINING_PAIRS, TrainingPair.class)) {
            Map<String, Tensor> hints = entry.value().getSoftTargets().get(0).getHints();
            assertThat(hints).containsOnlyKeys("flat");
            assertThat(hints.get("flat").getShape()).containsExactly(12);
        }
        float[] weights = PublishedModels.read(cluster, MODEL).lastEntry().getValue().floats();
        assertThat(Arrays.copyOf(weights, 12 * WIDTH)).doesNotContain(0);
        Pipeline.checkLaws(cluster);
        Ended replayed =
                new Commands(cluster, folder)
                        .run("replay", "--verify", "--all", "--student=" + FILE);
        assertThat(replayed.exitCode()).as(replayed.out() + replayed.errors()).isZero();
        assertThat(replayed.out()).contains(" 0 different, 0 not verifiable");
    }

    private static List<String> settings(Path folder) {
        return List.of(
                "teacher.teacher.file=" + FILE,
                "teacher.teacher.input.dtype=u8",
                "teacher.teacher.input.shape=" + WIDTH,
                "teacher.teacher.input.scale=0.004",
                "teacher.teacher.input.mean=0.5",
                "teacher.teacher.input.sd=0.3",
                "teacher.hints.layers=flat",
                "joiner.state-dir=" + folder.resolve("join-state"),
                "trainer.model.name=" + MODEL,
                "trainer.model.file=" + FILE,
                "trainer.model.executor=plain",
                "trainer.model.input.shape=" + WIDTH,
                "trainer.initial-weights=zeros",
                "trainer.hints=flat:feature:0.5",
                "trainer.ema=0",
                "trainer.batch.linger=50ms",
                "trainer.publish.interval=500ms");
    }
}
