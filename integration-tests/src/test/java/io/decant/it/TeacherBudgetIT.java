package io.decant.it;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.decant.dataset.IdxDataset;
import io.decant.dataset.IdxSplit;
import io.decant.dev.stack.ServiceStack;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.Producing;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.TopicContents;
import io.decant.it.harness.TopicContents.Entry;
import io.decant.it.laws.RunRecord;
import io.decant.model.forward.ForwardArchive;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.model.teacher.TeacherCardFacts;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.CheckpointManifest;
import io.decant.records.MetricPoint;
import io.decant.records.Outcome;
import io.decant.records.PairKind;
import io.decant.records.SoftTarget;
import io.decant.records.TeacherCard;
import io.decant.teacher.TeacherService;
import io.decant.topics.Topic;
import io.decant.trainer.learn.PredictionListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A teacher that is asked about a quarter of the samples, and a student that teaches. */
@ExtendWith(SharedCluster.class)
class TeacherBudgetIT {
    private static final long SEED = Long.getLong("test.seed", 20261122L);
    private static final int SAMPLES = 2400;
    private static final int ASKED = SAMPLES / 4;
    private static final String MODEL = "student";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final IdxSplit mnist = IdxDataset.open(Path.of("..", "datasets", "mnist")).training();
    private final InputSpec input =
            new InputSpec(DType.U8, List.of(mnist.sampleBytes()), 1 / 255.0, 0.13, 0.31);
    private int produced;

    @Test
    void aQuarterIsAskedAboutTheRestTeachesByItsLabelsAndTheStudentTeachesAsAPeer(
            ClusterSettings cluster, @TempDir Path folder) throws Exception {
        try (ServiceStack stack = Pipeline.stack(cluster, settings(folder));
                Producing producing = new Producing(cluster)) {
            // Given a student that has a version, which its teacher follows
            stack.trainer(PredictionListener.NONE);
            stack.joiner();
            TeacherService teacher = stack.teacher();
            produce(producing, 320);
            Pipeline.awaitVersion(cluster, MODEL, 1);
            await("an opinion of the student")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(200))
                    .until(
                            () -> {
                                produce(producing, 32);
                                return lastPoint(cluster).containsKey("budget_agreement");
                            });

            // When the rest of the stream comes, and then a peer that answers it with that student
            produce(producing, SAMPLES - produced);
            await("all samples").atMost(PATIENCE).until(() -> done(teacher) == SAMPLES);
            try (ServiceStack peers = Pipeline.stack(cluster, peerSettings())) {
                TeacherService peer = peers.teacher();
                await("the peer").atMost(PATIENCE).until(() -> done(peer) == SAMPLES);
            }
            Pipeline.awaitPairs(cluster, SAMPLES);
            Pipeline.awaitLearned(cluster);

            // Then each sample has one record of each, in the right numbers, and the laws hold
            RunRecord run = Pipeline.checkLaws(cluster);
            Map<Outcome, List<SoftTarget>> teachers = answers(run, "teacher");
            assertThat(run.deadLetters()).isEmpty();
            assertThat(teachers.get(Outcome.SCORED)).hasSize(ASKED);
            assertThat(teachers.get(Outcome.SKIPPED))
                    .hasSize(SAMPLES - ASKED)
                    .allSatisfy(skip -> assertThat(skip.getSkipReason()).startsWith("budget: "));
            assertThat(run.pairs().stream().map(pair -> pair.value().getKind()))
                    .filteredOn(PairKind.LABEL_ONLY::equals)
                    .hasSize(SAMPLES - ASKED);
            Map<String, Double> point = lastPoint(cluster);
            assertThat(point).containsEntry("skipped.over_budget", (double) SAMPLES - ASKED);
            assertThat(point).containsEntry("budget_share", 0.25);
            assertThatThePeerAnsweredWith(run, cluster);
        }
    }

    private static void assertThatThePeerAnsweredWith(RunRecord run, ClusterSettings cluster) {
        Map<String, Long> versions =
                run.manifests().stream()
                        .map(Entry::value)
                        .collect(
                                toMap(
                                        manifest -> prefix(manifest.getWeightsDigest()),
                                        CheckpointManifest::getVersion,
                                        Math::max));
        List<SoftTarget> scored = answers(run, "peer").get(Outcome.SCORED);
        assertThat(scored)
                .isNotEmpty()
                .allSatisfy(
                        answer ->
                                assertThat(versions)
                                        .containsKey(
                                                HexFormat.of()
                                                        .formatHex(
                                                                answer.getTeacherVersion()
                                                                        .bytes())));
        assertThat(
                        TopicContents.read(cluster, Topic.MODEL_REGISTRY, TeacherCard.class)
                                .stream()
                                .map(Entry::value)
                                .filter(card -> card.getTeacherId().equals("peer")))
                .isNotEmpty()
                .allSatisfy(
                        card -> {
                            assertThat(card.getModel()).isEqualTo(MODEL);
                            assertThat(versions.get(prefix(card.getFileDigest())))
                                    .isEqualTo(card.getModelVersion());
                        });
    }

    private static String prefix(ByteBuffer digest) {
        byte[] bytes = new byte[digest.remaining()];
        digest.duplicate().get(bytes);
        return HexFormat.of().formatHex(Arrays.copyOf(bytes, 8));
    }

    private static Map<Outcome, List<SoftTarget>> answers(RunRecord run, String teacher) {
        return run.softTargets().stream()
                .map(Entry::value)
                .filter(answer -> answer.getTeacherId().equals(teacher))
                .collect(groupingBy(SoftTarget::getOutcome));
    }

    private static long done(TeacherService teacher) {
        return teacher.progress().scored() + teacher.progress().skipped();
    }

    private static Map<String, Double> lastPoint(ClusterSettings cluster) {
        return TopicContents.read(cluster, Topic.TRAINING_METRICS, MetricPoint.class).stream()
                .map(Entry::value)
                .filter(point -> point.getService().equals("teacher"))
                .filter(point -> point.getModel().equals("teacher"))
                .filter(point -> point.getValues().containsKey("scored"))
                .reduce((earlier, later) -> later)
                .map(MetricPoint::getValues)
                .orElse(Map.of());
    }

    private void produce(Producing producing, int count) {
        for (int i = 0; i < count; i++, produced++) {
            String id = "s-" + produced;
            producing.send(producing.sample(id, mnist.sample(produced)));
            producing.label(id, mnist.label(produced));
        }
    }

    private List<String> settings(Path folder) throws IOException {
        return List.of(
                "teacher.teacher.file=" + writeTeacher(folder),
                "teacher.budget.policy=margin",
                "teacher.budget.share=0.25",
                "teacher.budget.model=" + MODEL,
                "teacher.follow.signatures=accept",
                "joiner.state-dir=" + folder.resolve("joiner"),
                "joiner.store=memory",
                "trainer.model.name=" + MODEL,
                "trainer.model.dims=" + mnist.sampleBytes() + ",16,10",
                "trainer.model.input.shape=" + mnist.sampleBytes(),
                "trainer.publish.interval=500ms");
    }

    private static List<String> peerSettings() {
        return List.of(
                "teacher.teacher.id=peer",
                "teacher.teacher.model=" + MODEL,
                "teacher.follow.signatures=accept");
    }

    /** A linear teacher with random weights: what it says is learnable, and need not be right. */
    private Path writeTeacher(Path folder) throws IOException {
        ModelSpec spec = ModelSpec.mlp(List.of(mnist.sampleBytes(), 10), input);
        ByteBuffer weights =
                ByteBuffer.allocate(4 * spec.parameterCount()).order(ByteOrder.LITTLE_ENDIAN);
        Random random = new Random(SEED);
        for (int i = 0; i < spec.parameterCount(); i++) {
            weights.putFloat((float) random.nextGaussian() / 10);
        }
        TeacherCardFacts facts =
                new TeacherCardFacts(
                        input,
                        true,
                        Optional.empty(),
                        OptionalDouble.empty(),
                        OptionalDouble.empty());
        return Files.write(
                folder.resolve("teacher.pt"),
                ForwardArchive.of(spec, weights.flip())
                        .extra(TeacherCardFacts.EXTRA, facts.toJson())
                        .toBytes());
    }
}
