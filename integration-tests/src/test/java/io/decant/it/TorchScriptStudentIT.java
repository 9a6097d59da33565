package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.decant.dev.stack.ServiceStack;
import io.decant.follower.reload.ServingModel;
import io.decant.gateway.GatewayService;
import io.decant.it.harness.Commands;
import io.decant.it.harness.Commands.Ended;
import io.decant.it.harness.ConstantTeacher;
import io.decant.it.harness.GatewayClient;
import io.decant.it.harness.GatewayClient.Answer;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.Producing;
import io.decant.it.harness.PublishedModels;
import io.decant.it.harness.SharedCluster;
import io.decant.model.checkpoint.Anchor;
import io.decant.model.forward.InstalledStudents;
import io.decant.model.forward.StudentForward;
import io.decant.model.teacher.TeacherModel;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.trainer.TrainerConfig;
import io.decant.trainer.TrainerService;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A student that PyTorch saved, from samples to answers; its file lies where it is needed. */
@ExtendWith(SharedCluster.class)
class TorchScriptStudentIT {
    private static final long SEED = Long.getLong("test.seed", 20261122L);
    private static final Path FILE =
            Path.of("src/test/resources/students/conv.pt").toAbsolutePath();
    private static final int WIDTH = 16;
    private static final int CLIENTS = 2;
    private static final int RELOADS = 6;
    private static final String MODEL = "student";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Random random = new Random(SEED);
    private int produced;

    @Test
    void isLearnedServedVerifiedReplayedAndExported(ClusterSettings cluster, @TempDir Path folder)
            throws Exception {
        List<Answer> answers;
        AtomicBoolean asking = new AtomicBoolean(true);
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try (Producing producing = new Producing(cluster);
                ServiceStack stack = Pipeline.stack(cluster, settings(folder))) {
            // Given a trainer, a gateway, and clients that never stop asking
            stack.joiner();
            stack.teacher();
            GatewayService gateway = stack.gateway();
            AtomicInteger swaps = new AtomicInteger();
            gateway.onSwap(swap -> swaps.incrementAndGet());
            TrainerConfig trainer = stack.configuration("trainer", TrainerConfig.class);
            List<Future<List<Answer>>> asked = new ArrayList<>();
            try (TrainerService first = start(trainer)) {
                awaitSwaps(producing, swaps, 1);
                for (int i = 0; i < CLIENTS; i++) {
                    long seed = SEED + i;
                    asked.add(clients.submit(() -> ask(gateway.port(), seed, asking)));
                }
                awaitSwaps(producing, swaps, RELOADS);
                assertThat(first.ended()).isNotDone();
            }

            // When the trainer comes back, and more versions are swapped in
            try (TrainerService second = start(trainer)) {
                awaitSwaps(producing, swaps, 2 * RELOADS);
                Pipeline.awaitPairs(cluster, produced);
                Pipeline.awaitLearned(cluster);
                assertThat(second.ended()).isNotDone();
            }
            asking.set(false);
            answers = new ArrayList<>();
            for (Future<List<Answer>> client : asked) {
                answers.addAll(client.get(30, TimeUnit.SECONDS));
            }
            assertThat(gateway.counters().rejected()).isZero();
            assertThat(gateway.serving().map(ServingModel::version)).isPresent();
        } finally {
            asking.set(false);
            clients.shutdownNow();
        }

        // Then every answer is of the version that it names, and every law holds
        eachAnswerIsOfItsVersion(cluster, answers);
        Pipeline.checkLaws(cluster);

        // And with the file at hand versions are made again to the bit, verified and exported
        Commands commands = new Commands(cluster, folder);
        Ended replayed = commands.run("replay", "--verify", "--all", "--student=" + FILE);
        assertThat(replayed.exitCode()).as(replayed.out() + replayed.errors()).isZero();
        assertThat(replayed.out()).contains(" 0 different, 0 not verifiable");
        Ended verified = commands.run("models", "verify", "--all", "--student=" + FILE);
        assertThat(verified.exitCode()).as(verified.out()).isZero();
        assertThat(verified.out()).contains(" 0 wrong").doesNotContain("not checked");
        Ended unasked = commands.run("models", "verify", "3");
        assertThat(unasked.exitCode()).isZero();
        assertThat(unasked.out()).contains("its answers were not checked");
        exported(commands, folder, PublishedModels.read(cluster, MODEL).get(3L));
    }

    private static void eachAnswerIsOfItsVersion(ClusterSettings cluster, List<Answer> answers) {
        TreeMap<Long, Anchor> versions = PublishedModels.read(cluster, MODEL);
        int unlikeTheVersionBefore = 0;
        try (InstalledStudents students = InstalledStudents.open(List.of(FILE))) {
            for (Answer answer : answers) {
                assertThat(distance(students, answer, versions.get(answer.version())))
                        .as("answer of version %d to seed %d", answer.version(), SEED)
                        .isLessThan(1e-4);
                Anchor before = versions.get(answer.version() - 1);
                unlikeTheVersionBefore +=
                        before != null && distance(students, answer, before) > 1e-3 ? 1 : 0;
            }
        }
        // Otherwise this test could not tell versions apart.
        assertThat(unlikeTheVersionBefore)
                .as("of %d answers", answers.size())
                .isGreaterThan(answers.size() / 2);
        assertThat(answers.stream().mapToLong(Answer::version).distinct().count())
                .isGreaterThan(RELOADS);
    }

    private static double distance(InstalledStudents students, Answer answer, Anchor version) {
        float[] logits = logits(students, version, answer.features());
        return IntStream.range(0, logits.length)
                .mapToDouble(c -> Math.abs(logits[c] - answer.logits().get(c)))
                .max()
                .orElseThrow();
    }

    private static float[] logits(InstalledStudents students, Anchor version, byte[] input) {
        float[] logits = new float[version.spec().classCount()];
        try (StudentForward student = students.ready(version.spec(), version.floats())) {
            student.logits(input, 0, logits);
        }
        return logits;
    }

    private static void exported(Commands commands, Path folder, Anchor version) {
        Path file = folder.resolve("exported.pt");
        Ended refused = export(commands, file);
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.errors()).contains("is not installed here");
        Ended done = export(commands, file, "--student=" + FILE);
        assertThat(done.exitCode()).as(done.errors()).isZero();
        byte[] input = new byte[WIDTH];
        input[5] = 99;
        float[] answered = new float[version.spec().classCount()];
        try (TeacherModel model = TeacherModel.open(file, Optional.empty(), 1);
                InstalledStudents students = InstalledStudents.open(List.of(FILE))) {
            model.input(0, input, 0);
            model.score(1);
            model.logits(0, answered);
            assertThat(answered).containsExactly(logits(students, version, input));
        }
    }

    private static Ended export(Commands commands, Path file, String... more) {
        List<String> command =
                new ArrayList<>(List.of("models", "export", "3", "--format=pt", "--out=" + file));
        command.addAll(List.of(more));
        return commands.run(command.toArray(String[]::new));
    }

    private static List<String> settings(Path folder) {
        return List.of(
                // So certain that the student never gets there: each version differs from the one
                // before.
                "teacher.teacher.file=" + ConstantTeacher.write(folder, "u8", WIDTH, 1000),
                "joiner.state-dir=" + folder.resolve("join-state"),
                "trainer.model.name=" + MODEL,
                "trainer.model.file=" + FILE,
                "trainer.model.executor=plain",
                "trainer.model.input.shape=" + WIDTH,
                "trainer.learning-rate=0.01",
                "trainer.ema=0",
                "trainer.batch.linger=50ms",
                "trainer.publish.interval=200ms",
                "trainer.checkpoint.anchor-every=4",
                "gateway.signatures.policy=accept",
                "gateway.model=" + MODEL,
                "gateway.students=" + FILE,
                "gateway.http.port=0",
                "gateway.http.drain=0s",
                "gateway.reload.poll-time=20ms",
                "gateway.data-dir=" + folder.resolve("gateway"));
    }

    private static TrainerService start(TrainerConfig config) {
        return TrainerService.start(config, InstantSource.system());
    }

    private void awaitSwaps(Producing producing, AtomicInteger swaps, int count) {
        await("swaps")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(
                        () -> {
                            for (int i = 0; i < 16; i++) {
                                producing.send(
                                        producing.sample("script-" + produced++, features()));
                            }
                            return swaps.get() >= count;
                        });
    }

    private byte[] features() {
        byte[] features = new byte[WIDTH];
        random.nextBytes(features);
        return features;
    }

    private static List<Answer> ask(int port, long seed, AtomicBoolean asking) {
        GatewayClient client = new GatewayClient(port, MODEL);
        Random own = new Random(seed);
        List<Answer> answers = new ArrayList<>();
        while (asking.get()) {
            byte[] features = new byte[WIDTH];
            own.nextBytes(features);
            answers.add(client.ask(features));
        }
        return answers;
    }
}
