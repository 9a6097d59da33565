package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.dev.stack.ServiceStack;
import io.decant.it.harness.ConstantTeacher;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.Producing;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.Tally;
import io.decant.it.harness.TopicContents.Entry;
import io.decant.it.laws.RunRecord;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.Tensors;
import io.decant.records.CheckpointManifest;
import io.decant.records.Lineage;
import io.decant.records.Outcome;
import io.decant.records.PairKind;
import io.decant.records.Prefix8;
import io.decant.records.Sample;
import io.decant.records.SoftTarget;
import io.decant.records.TrainingPair;
import io.decant.teacher.TeacherService;
import io.decant.topics.Topic;
import io.decant.trainer.learn.PredictionListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two teachers of opposite minds, of which one ends in the middle, and samples that both skip. */
@ExtendWith(SharedCluster.class)
class SeveralTeachersIT {
    private static final int CAPACITY = 1000;
    private static final int FIRST = 40;
    private static final int BOTH = 360;
    private static final int ONE = 160;
    private static final int SKIPPED = 20;
    private static final Duration WAIT = Duration.ofSeconds(2);

    /** The wait; the rest is for two services and a busy machine. */
    private static final Duration LATEST = WAIT.plusSeconds(3);

    private ClusterSettings cluster;
    private Producing producing;
    private int produced;

    @Test
    void aMissingTeacherHoldsNothingTheWeightsFollowTheLabelsAndSkippedSamplesAreTaughtByThem(
            ClusterSettings installation, @TempDir Path folder) throws Exception {
        // Given a teacher that is always right, one that is always wrong, and all labels
        cluster = installation;
        Path other = Files.createDirectory(folder.resolve("other"));
        CheckpointManifest learned;
        try (Producing samples = new Producing(cluster);
                ServiceStack right = Pipeline.stack(cluster, settings(folder, "right", 8));
                ServiceStack wrong = Pipeline.stack(cluster, settings(other, "wrong", -8))) {
            producing = samples;
            right.trainer(PredictionListener.NONE);
            right.joiner();
            TeacherService ending = wrong.teacher();
            TeacherService staying = right.teacher();
            // One may still be joining its group while the other answers.
            send(FIRST);
            Pipeline.awaitPairs(cluster, FIRST);
            send(BOTH - FIRST);
            Pipeline.awaitPairs(cluster, BOTH);

            // When one ends, then the other, and both skip what comes
            ending.close();
            send(ONE);
            Pipeline.awaitPairs(cluster, BOTH + ONE);
            staying.close();
            skip(SKIPPED);
            Pipeline.awaitPairs(cluster, BOTH + ONE + SKIPPED);
            learned = Pipeline.awaitLearned(cluster);
            assertThat(right.failure()).isEmpty();
        }

        // Then every law holds
        RunRecord run = Pipeline.checkLaws(cluster);
        assertThat(run.deadLetters()).isEmpty();
        Map<String, Entry<TrainingPair>> pairs =
                run.pairs().stream().collect(Collectors.toMap(Entry::key, Function.identity()));
        assertThat(teachers(pairs, FIRST, BOTH)).containsOnly(List.of("right", "wrong"));
        assertThat(teachers(pairs, BOTH, BOTH + ONE)).containsOnly(List.of("right"));
        assertThat(teachers(pairs, BOTH + ONE, produced)).containsOnly(List.of());
        // And the missing teacher held no pair back longer than it may
        run.softTargets().stream()
                .filter(answer -> answer.value().getOutcome() == Outcome.SCORED)
                .filter(answer -> pairs.get(answer.key()).value().getSoftTargets().size() == 1)
                .forEach(
                        answer ->
                                assertThat(pairs.get(answer.key()).timestampMillis())
                                        .as("when the pair of %s left", answer.key())
                                        .isBetween(
                                                answer.timestampMillis() + WAIT.toMillis(),
                                                answer.timestampMillis() + LATEST.toMillis()));
        // And a skipped sample was learned from its label alone, one without a label not at all
        assertThat(pairs.get(id(produced - 1)).value().getKind()).isEqualTo(PairKind.LABEL_ONLY);
        assertThat(pairs).doesNotContainKey("unlabelled");
        assertThat(Tally.counts(cluster, learned, CAPACITY)[produced - 1]).isPositive();
        // And the better teacher has the say
        Map<String, Double> metrics = metrics(run);
        assertThat(metrics.get("teacher_weight.right")).isGreaterThan(0.99);
        assertThat(metrics.get("teacher_accuracy.right")).isGreaterThan(0.7);
        assertThat(metrics.get("teacher_accuracy.wrong")).isLessThan(0.3);
        assertThat(metrics.get("pairs_learned")).isEqualTo(produced);
    }

    private List<String> settings(Path folder, String teacher, double logit) {
        List<String> settings =
                new ArrayList<>(
                        List.of(
                                "teacher.teacher.id=" + teacher,
                                "teacher.teacher.file="
                                        + ConstantTeacher.write(folder, "u8", CAPACITY, logit),
                                "joiner.teachers=right,wrong",
                                "joiner.teachers-wait=" + WAIT.toMillis() + "ms",
                                "joiner.state-dir=" + folder.resolve("joiner"),
                                "joiner.store=memory"));
        Tally.trainerSettings(CAPACITY).forEach(setting -> settings.add("trainer." + setting));
        settings.add("trainer.alpha=0.5");
        return settings;
    }

    private void send(int count) {
        for (int end = produced + count; produced < end; produced++) {
            producing.label(id(produced), 0);
            producing.send(sample(id(produced)));
        }
    }

    /** As teachers with a budget would; one more sample has no label. */
    private void skip(int count) {
        for (int end = produced + count; produced < end; produced++) {
            producing.label(id(produced), 0);
            skip(sample(id(produced)));
        }
        skip(sample("unlabelled"));
    }

    private void skip(Sample sample) {
        RecordMetadata at = producing.send(sample);
        for (String teacher : List.of("wrong", "right")) {
            SoftTarget skipped =
                    SoftTarget.newBuilder()
                            .setSampleId(sample.getSampleId())
                            .setTeacherId(teacher)
                            .setTeacherVersion(new Prefix8(new byte[8]))
                            .setOutcome(Outcome.SKIPPED)
                            .setSkipReason("test")
                            .setFeatureHash(Tensors.hash(Tensors.bytes(sample.getFeatures())))
                            .setSamplePartition(at.partition())
                            .setSampleOffset(at.offset())
                            .setEventTimeMillis(sample.getEventTimeMillis())
                            .build();
            producing.raw(
                    Topic.SOFT_TARGETS,
                    sample.getSampleId(),
                    producing.encode(Topic.SOFT_TARGETS, skipped));
        }
    }

    private Sample sample(String id) {
        return producing.sample(id, Tally.oneHot(produced, CAPACITY));
    }

    private static String id(int index) {
        return "s-" + index;
    }

    private static List<List<String>> teachers(
            Map<String, Entry<TrainingPair>> pairs, int from, int to) {
        List<List<String>> teachers = new ArrayList<>();
        for (int i = from; i < to; i++) {
            teachers.add(
                    pairs.get(id(i)).value().getSoftTargets().stream()
                            .map(SoftTarget::getTeacherId)
                            .toList());
        }
        return teachers;
    }

    private static Map<String, Double> metrics(RunRecord run) {
        List<Entry<Lineage>> lineage = run.lineage();
        return lineage.get(lineage.size() - 1).value().getMetrics();
    }
}
