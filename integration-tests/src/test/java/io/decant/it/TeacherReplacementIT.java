package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.decant.dev.stack.ServiceStack;
import io.decant.it.harness.ConstantTeacher;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.Producing;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.Tally;
import io.decant.it.harness.TopicContents;
import io.decant.it.harness.TopicContents.Entry;
import io.decant.it.laws.RunRecord;
import io.decant.model.teacher.TeacherModel;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.CheckpointManifest;
import io.decant.records.MetricPoint;
import io.decant.records.SoftTarget;
import io.decant.records.TeacherCard;
import io.decant.topics.Topic;
import io.decant.trainer.learn.PredictionListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The teacher's file is replaced while samples arrive. */
@ExtendWith(SharedCluster.class)
class TeacherReplacementIT {
    private static final int CAPACITY = 4000;
    private static final int SAMPLES_PER_STEP = 20;
    private static final Duration STEP = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private int produced;

    @Test
    void aNewTeacherTakesOverInTheMiddleOfAStreamAndABadOneDoesNot(
            ClusterSettings cluster, @TempDir Path folder) throws Exception {
        // Given a stream, and a file that takes another number of features
        Path file = ConstantTeacher.write(folder, "u8", CAPACITY, 10_000);
        Path aside = Files.createDirectory(folder.resolve("aside"));
        List<String> settings = new ArrayList<>(List.of("teacher.teacher.file=" + file));
        settings.add("teacher.encoding=f32");
        settings.add("teacher.teacher.reload.check=100ms");
        settings.add("joiner.state-dir=" + folder.resolve("joiner"));
        settings.add("joiner.store=memory");
        Tally.trainerSettings(CAPACITY).forEach(setting -> settings.add("trainer." + setting));
        String first = version(file);
        String second;
        try (ServiceStack stack = Pipeline.stack(cluster, settings);
                Producing producing = new Producing(cluster)) {
            stack.trainer(PredictionListener.NONE);
            stack.joiner();
            stack.teacher();
            whileSamplesArrive(producing, "first answers", () -> !answers(cluster).isEmpty());

            // When the bad file takes the teacher's name, and then a good one
            replace(file, ConstantTeacher.write(aside, "u8", CAPACITY + 1, 10_000));
            whileSamplesArrive(
                    producing, "a refusal", () -> metric(cluster, "replacements_refused") == 1);
            int refusedAt = produced;
            replace(file, ConstantTeacher.write(aside, "u8", CAPACITY, 20_000));
            second = version(file);
            whileSamplesArrive(
                    producing,
                    "answers of the new teacher",
                    () -> versions(cluster).contains(second));
            send(producing, 200);
            CheckpointManifest learned = awaitAll(cluster);

            // Then each sample was answered once, first by the one and then by the other, the card
            // names the new one, and each sample was learned once
            RunRecord run = Pipeline.checkLaws(cluster);
            assertThat(run.softTargets()).hasSize(produced);
            assertThat(run.deadLetters()).isEmpty();
            for (int partition = 0; partition < cluster.samplePartitions(); partition++) {
                assertThat(inOrder(run, partition))
                        .as("versions in the order of the answers in partition %s", partition)
                        .isSortedAccordingTo(
                                (one, other) ->
                                        Boolean.compare(one.equals(second), other.equals(second)))
                        .containsOnly(first, second)
                        .contains(first, second);
            }
            assertThat(run.softTargets().stream().filter(a -> versionOf(a).equals(first)).count())
                    .as("answers of the first teacher, which went on after the refusal")
                    .isGreaterThanOrEqualTo(refusedAt - SAMPLES_PER_STEP);
            assertThat(newestCard(cluster).getFileDigest().array())
                    .isEqualTo(TeacherModel.digestOf(file));
            assertThat(metric(cluster, "replacements")).isEqualTo(1);
            assertThat(Arrays.copyOf(Tally.counts(cluster, learned, CAPACITY), produced))
                    .containsOnly(1);
        }
    }

    private void whileSamplesArrive(Producing producing, String what, Callable<Boolean> reached) {
        await(what)
                .atMost(PATIENCE)
                .pollInterval(STEP)
                .until(
                        () -> {
                            send(producing, SAMPLES_PER_STEP);
                            return reached.call();
                        });
    }

    private void send(Producing producing, int samples) {
        assertThat(produced + samples).as("positions of the tally").isLessThan(CAPACITY);
        for (int i = 0; i < samples; i++, produced++) {
            producing.send(producing.sample("s-" + produced, Tally.oneHot(produced, CAPACITY)));
        }
    }

    private CheckpointManifest awaitAll(ClusterSettings cluster) {
        Pipeline.awaitPairs(cluster, produced);
        return Pipeline.awaitLearned(cluster);
    }

    private static void replace(Path file, Path by) throws IOException {
        Files.move(by, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static List<Entry<SoftTarget>> answers(ClusterSettings cluster) {
        return TopicContents.read(cluster, Topic.SOFT_TARGETS, SoftTarget.class);
    }

    private static List<String> versions(ClusterSettings cluster) {
        return answers(cluster).stream().map(TeacherReplacementIT::versionOf).distinct().toList();
    }

    private static List<String> inOrder(RunRecord run, int partition) {
        return run.softTargets().stream()
                .filter(answer -> answer.partition() == partition)
                .map(TeacherReplacementIT::versionOf)
                .toList();
    }

    private static String versionOf(Entry<SoftTarget> answer) {
        return HexFormat.of().formatHex(answer.value().getTeacherVersion().bytes());
    }

    private static String version(Path file) {
        return HexFormat.of().formatHex(TeacherModel.digestOf(file), 0, 8);
    }

    private static TeacherCard newestCard(ClusterSettings cluster) {
        List<Entry<TeacherCard>> cards =
                TopicContents.read(cluster, Topic.MODEL_REGISTRY, TeacherCard.class);
        return cards.get(cards.size() - 1).value();
    }

    /** The newest value of a teacher's metric; 0 when there is none yet. */
    private static double metric(ClusterSettings cluster, String name) {
        return TopicContents.read(cluster, Topic.TRAINING_METRICS, MetricPoint.class).stream()
                .map(Entry::value)
                .filter(point -> point.getService().equals("teacher"))
                .mapToDouble(point -> point.getValues().getOrDefault(name, 0.0))
                .max()
                .orElse(0);
    }
}
