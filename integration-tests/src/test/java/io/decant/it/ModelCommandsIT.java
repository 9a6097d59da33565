package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.decant.cli.models.RegisterReader;
import io.decant.dev.stack.ServiceStack;
import io.decant.follower.reload.ServingModel;
import io.decant.gateway.GatewayService;
import io.decant.it.harness.Commands;
import io.decant.it.harness.Commands.Ended;
import io.decant.it.harness.GatewayClient;
import io.decant.it.harness.JournalProducer;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.TopicContents;
import io.decant.model.checkpoint.Anchor;
import io.decant.model.teacher.TeacherModel;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.sign.KeyPairs;
import io.decant.records.CheckpointManifest;
import io.decant.records.Control;
import io.decant.topics.Topic;
import io.decant.trainer.learn.PredictionListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What operators see of a model, and order, on the command line. */
@ExtendWith(SharedCluster.class)
class ModelCommandsIT {
    private static final long SEED = Long.getLong("test.seed", 20261122L);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private record Keys(KeyPairs.Made trainer, KeyPairs.Made operator) {
        static Keys in(Path folder) throws IOException {
            return new Keys(
                    KeyPairs.generate(folder, "trainer"), KeyPairs.generate(folder, "operator"));
        }
    }

    @Test
    void versionsAreVerifiedAndExportedAndAPinKeepsOne(
            ClusterSettings cluster, @TempDir Path folder) throws Exception {
        // Given a model of some versions, most of them deltas, signed by its trainer
        Keys keys = Keys.in(folder);
        Commands commands = new Commands(cluster, folder);
        try (JournalProducer journal = new JournalProducer(cluster, SEED)) {
            journal.produce(300);
            learn(cluster, keys);
            String trust = keys.trainer().publicFile().toString();

            // When everything is verified, with the trainer's key and with another one
            Ended verified = commands.run("models", "verify", "--all", "--trust", trust);
            Ended distrusted =
                    commands.run(
                            "models",
                            "verify",
                            "5",
                            "--trust",
                            keys.operator().publicFile().toString());

            // Then the key decides
            assertThat(verified.exitCode()).as(verified.out()).isZero();
            assertThat(verified.out())
                    .contains("version 5: verified, delta on version 4")
                    .contains("signature of key " + keys.trainer().id() + " is valid")
                    .contains(" 0 wrong");
            assertThat(distrusted.exitCode()).isEqualTo(1);
            assertThat(distrusted.out())
                    .contains("signed with key " + keys.trainer().id() + ", which is not among");

            // When a version without an anchor of its own is exported
            Path file = folder.resolve("student.safetensors");
            Ended exported = commands.run("models", "export", "5", "--out", file.toString());

            // Then the file holds exactly the weights that the manifest names
            assertThat(exported.exitCode()).as(exported.errors()).isZero();
            assertThat(Anchor.decode(Files.readAllBytes(file)).weightsDigest())
                    .isEqualTo(manifest(cluster, 5).getWeightsDigest().array());

            // When it is exported for a product, then a gateway without a broker serves it
            Path shipped = Files.createDirectories(folder.resolve("product"));
            Ended lastGood =
                    commands.run("models", "export", "5", "--last-good", "--out=" + shipped);
            assertThat(lastGood.exitCode()).as(lastGood.errors()).isZero();
            servesWithoutABroker(cluster, shipped, keys);

            // When version 5 is pinned, and versions are removed soon from now on
            Ended pinned = order(commands, keys, "pin", "5");
            assertThat(pinned.exitCode()).as(pinned.errors()).isZero();
            learnUntilRemoved(cluster, keys, journal, 6);

            // Then it is still there and can be rebuilt, and a neighbour is gone
            JsonNode list =
                    JSON.readTree(commands.run("models", "list", "--json", "--limit=1000").out());
            assertThat(marks(list, 5)).contains("PINNED").doesNotContain("REMOVED");
            assertThat(marks(list, 6)).contains("REMOVED");
            assertThat(commands.run("models", "verify", "5", "--trust", trust).exitCode()).isZero();
            assertThat(commands.run("models", "verify", "6").out()).contains("no such version");
            Ended removed = order(commands, keys, "promote", "6");
            assertThat(removed.exitCode()).isEqualTo(1);
            assertThat(removed.errors()).contains("model 'student' has no version 6");
        }
    }

    @Test
    void signedOrdersMoveTheGatewaysAndOthersDoNot(ClusterSettings cluster, @TempDir Path folder)
            throws Exception {
        // Given a gateway that believes the trainer's and the operator's key
        Keys keys = Keys.in(folder);
        Commands commands = new Commands(cluster, folder);
        try (JournalProducer journal = new JournalProducer(cluster, SEED)) {
            journal.produce(300);
        }
        learn(cluster, keys);
        long last = newest(cluster);
        try (ServiceStack stack = Pipeline.stack(cluster, gateway(folder, keys))) {
            GatewayService gateway = stack.gateway();
            awaitServing(gateway, last);

            // When an old version is promoted, then the gateway serves it
            Ended promoted = order(commands, keys, "promote", "3");
            assertThat(promoted.exitCode()).as(promoted.out() + promoted.errors()).isZero();
            assertThat(promoted.out())
                    .contains("gateways are ordered to serve version 3")
                    .contains("signed with key " + keys.operator().id())
                    .contains("serves version 3");
            assertThat(served(gateway)).isEqualTo(3);
            assertThat(commands.run("models", "list").out()).contains("override");

            // When orders come that nobody signed, then they are not written, or not followed
            Ended unsigned = commands.run("models", "promote", "4", "--reason", "careless");
            assertThat(unsigned.exitCode()).isEqualTo(1);
            assertThat(unsigned.errors()).contains("give --key FILE, or --unsigned");
            Ended forced =
                    commands.run(
                            "models",
                            "promote",
                            "4",
                            "--reason=careless",
                            "--unsigned",
                            "--wait=3");
            assertThat(forced.out()).contains("(not signed)").doesNotContain("serves version 4");
            assertThat(served(gateway)).isEqualTo(3);

            // When it goes back, then to an older version, and on request to what is live
            Ended back = order(commands, keys, "rollback", "2");
            assertThat(back.exitCode()).as(back.out() + back.errors()).isZero();
            assertThat(served(gateway)).isEqualTo(2);
            answersAsExported(commands, gateway, folder);
            Ended follow = order(commands, keys, "rollback", "--follow");
            assertThat(follow.exitCode()).as(follow.out() + follow.errors()).isZero();
            awaitServing(gateway, last);

            // When two operators order at once, then the last record has the highest sequence
            CompletableFuture<Ended> one =
                    CompletableFuture.supplyAsync(() -> order(commands, keys, "promote", "5"));
            Ended two = order(commands, keys, "promote", "6");
            assertThat(one.get(60, TimeUnit.SECONDS).errors() + two.errors()).isEmpty();
            List<Control> orders =
                    TopicContents.read(cluster, Topic.CONTROL, Control.class).stream()
                            .map(TopicContents.Entry::value)
                            .toList();
            Control winner = orders.get(orders.size() - 1);
            assertThat(orders)
                    .filteredOn(order -> order != winner)
                    .allMatch(order -> order.getSequence() < winner.getSequence());
            awaitServing(gateway, winner.getVersion());
        }
    }

    private static void servesWithoutABroker(ClusterSettings cluster, Path shipped, Keys keys) {
        ClusterSettings away =
                new ClusterSettings(
                        "127.0.0.1:1",
                        "http://127.0.0.1:1",
                        cluster.prefix(),
                        cluster.samplePartitions(),
                        cluster.modelPartitions(),
                        cluster.valueSerializer(),
                        cluster.valueDeserializer(),
                        cluster.kafka());
        List<String> settings = new ArrayList<>(gateway(shipped, keys));
        settings.add("gateway.data-dir=" + shipped);
        try (ServiceStack stack = Pipeline.stack(away, settings)) {
            assertThat(served(stack.gateway())).isEqualTo(5);
        }
    }

    /** The gateway's answers are those of the exported file. */
    private static void answersAsExported(Commands commands, GatewayService gateway, Path folder) {
        Path file = folder.resolve("student.pt");
        Ended exported =
                commands.run("models", "export", "2", "--format=pt", "--out", file.toString());
        assertThat(exported.exitCode()).as(exported.errors()).isZero();
        GatewayClient client = new GatewayClient(gateway.port(), "student");
        Random random = new Random(SEED);
        try (TeacherModel model = TeacherModel.open(file, Optional.empty(), 1)) {
            float[] logits = new float[model.classCount()];
            for (int i = 0; i < 20; i++) {
                byte[] question = new byte[JournalProducer.INPUTS];
                random.nextBytes(question);
                model.input(0, question, 0);
                model.score(1);
                model.logits(0, logits);
                List<Float> answered = client.ask(question).logits();
                for (int c = 0; c < logits.length; c++) {
                    assertThat(answered.get(c)).isCloseTo(logits[c], within(1e-5f));
                }
            }
        }
    }

    private static Ended order(Commands commands, Keys keys, String command, String what) {
        return commands.run(
                "models",
                command,
                what,
                "--author=anna",
                "--reason=as tested",
                "--key=" + keys.operator().privateFile(),
                "--wait=30");
    }

    private static List<String> marks(JsonNode list, long version) {
        for (JsonNode each : list.path("versions")) {
            if (each.path("version").asLong() == version) {
                List<String> marks = new ArrayList<>();
                each.path("marks").forEach(mark -> marks.add(mark.asText()));
                return marks;
            }
        }
        throw new AssertionError("the list has no version " + version + ": " + list);
    }

    /** Learns on and on, until a version that was there is not any more. */
    private static void learnUntilRemoved(
            ClusterSettings cluster, Keys keys, JournalProducer journal, long version) {
        try (ServiceStack stack =
                        Pipeline.stack(cluster, trainer(keys, List.of("publish.keep=1s")));
                RegisterReader reader =
                        new RegisterReader(cluster, "student", InstantSource.system(), PATIENCE)) {
            stack.trainer(PredictionListener.NONE);
            await("version " + version + " to be removed")
                    .atMost(PATIENCE)
                    .until(
                            () -> {
                                journal.produce(30);
                                return !reader.read().versions().containsKey(version);
                            });
        }
    }

    private static List<String> trainer(Keys keys, List<String> more) {
        List<String> settings = new ArrayList<>(JournalProducer.trainerSettings("student"));
        settings.addAll(List.of("publish.pairs=30", "publish.interval=10m", "batch.linger=10m"));
        settings.add("signing.key=" + keys.trainer().privateFile());
        settings.addAll(more);
        return settings.stream().map(each -> "trainer." + each).toList();
    }

    /** Learns all that there is, 30 pairs a version. */
    private static void learn(ClusterSettings cluster, Keys keys) throws Exception {
        try (ServiceStack stack = Pipeline.stack(cluster, trainer(keys, List.of()))) {
            stack.trainer(PredictionListener.NONE)
                    .finish()
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static List<String> gateway(Path folder, Keys keys) {
        return List.of(
                "gateway.model=student",
                "gateway.http.port=0",
                "gateway.http.drain=0s",
                "gateway.reload.poll-time=20ms",
                "gateway.signatures.keys="
                        + keys.trainer().publicFile()
                        + ","
                        + keys.operator().publicFile(),
                "gateway.data-dir=" + folder.resolve("gateway"));
    }

    private static long served(GatewayService gateway) {
        return gateway.serving().map(ServingModel::version).orElse(0L);
    }

    private static void awaitServing(GatewayService gateway, long version) {
        await("version " + version).atMost(PATIENCE).until(() -> served(gateway) == version);
    }

    private static CheckpointManifest manifest(ClusterSettings cluster, long version) {
        return manifests(cluster)
                .filter(manifest -> manifest.getVersion() == version)
                .findFirst()
                .orElseThrow();
    }

    private static long newest(ClusterSettings cluster) {
        return manifests(cluster).mapToLong(CheckpointManifest::getVersion).max().orElseThrow();
    }

    private static Stream<CheckpointManifest> manifests(ClusterSettings cluster) {
        return TopicContents.read(cluster, Topic.MODEL_REGISTRY, CheckpointManifest.class).stream()
                .map(TopicContents.Entry::value);
    }
}
