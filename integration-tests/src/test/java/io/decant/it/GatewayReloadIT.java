package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.decant.dev.stack.ServiceStack;
import io.decant.follower.reload.ServingModel;
import io.decant.gateway.GatewayService;
import io.decant.it.harness.ConstantTeacher;
import io.decant.it.harness.GatewayClient;
import io.decant.it.harness.GatewayClient.Answer;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.Producing;
import io.decant.it.harness.PublishedModels;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.TopicContents;
import io.decant.model.checkpoint.Anchor;
import io.decant.model.digest.Sha256;
import io.decant.model.forward.MlpForward;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.Alias;
import io.decant.records.CheckpointForm;
import io.decant.records.CheckpointManifest;
import io.decant.records.GatewayStatus;
import io.decant.records.OffsetRange;
import io.decant.records.Verdict;
import io.decant.records.WeightsChunk;
import io.decant.topics.Topic;
import io.decant.trainer.TrainerService;
import io.decant.trainer.learn.PredictionListener;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What clients of a gateway see while versions come, and when a bad one comes. */
@ExtendWith(SharedCluster.class)
class GatewayReloadIT {
    private static final long SEED = Long.getLong("test.seed", 20261122L);
    private static final int WIDTH = 8;
    private static final int CLIENTS = 3;
    private static final int RELOADS = 15;
    private static final String MODEL = "student";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Random random = new Random(SEED);
    private int produced;

    @Test
    void noRequestFailsAndEachAnswerIsOfTheVersionThatItNamesWhileVersionsComeQuickly(
            ClusterSettings cluster, @TempDir Path folder) throws Exception {
        AtomicBoolean asking = new AtomicBoolean(true);
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try (Producing producing = new Producing(cluster);
                ServiceStack stack = Pipeline.stack(cluster, settings(folder))) {
            // Given a trainer that publishes ten times a second, and clients that never stop asking
            startLearning(stack);
            GatewayService gateway = stack.gateway();
            awaitServing(producing, gateway);
            AtomicInteger swaps = new AtomicInteger();
            gateway.onSwap(swap -> swaps.incrementAndGet());
            List<Future<List<Answer>>> answers = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                answers.add(clients.submit(client(gateway.port(), SEED + i, asking)));
            }

            // When many versions are swapped in
            await("reloads")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(
                            () -> {
                                produce(producing, 16);
                                return swaps.get() > RELOADS;
                            });
            asking.set(false);

            // Then every request was answered, with the logits of the very version that the answer
            // names
            List<Answer> all = new ArrayList<>();
            for (Future<List<Answer>> client : answers) {
                all.addAll(client.get(30, TimeUnit.SECONDS));
            }
            Pipeline.awaitPairs(cluster, produced);
            Pipeline.awaitLearned(cluster);
            TreeMap<Long, Anchor> models = PublishedModels.read(cluster, MODEL);
            int unlikeTheVersionBefore = 0;
            for (Answer answer : all) {
                assertThat(distance(answer, models.get(answer.version())))
                        .as("answer of version %d to seed %d", answer.version(), SEED)
                        .isLessThan(1e-4);
                Anchor before = models.get(answer.version() - 1);
                unlikeTheVersionBefore += before != null && distance(answer, before) > 1e-3 ? 1 : 0;
            }
            // Otherwise this test could not tell versions apart.
            assertThat(unlikeTheVersionBefore)
                    .as("of %d answers", all.size())
                    .isGreaterThan(all.size() / 2);
            assertThat(all.stream().mapToLong(Answer::version).distinct().count())
                    .isGreaterThan(RELOADS / 2);
            Pipeline.checkLaws(cluster);
        } finally {
            asking.set(false);
            clients.shutdownNow();
        }
    }

    @Test
    void aDamagedVersionIsRefusedAndTheOldOneIsServedEvenWithoutABroker(
            ClusterSettings cluster, @TempDir Path folder) throws Exception {
        long last;
        byte[] question = features();
        Answer answered;
        try (Producing producing = new Producing(cluster);
                ServiceStack stack = Pipeline.stack(cluster, settings(folder))) {
            // Given a gateway that serves the last version of a stream that has ended
            TrainerService trainer = startLearning(stack);
            GatewayService gateway = stack.gateway();
            awaitServing(producing, gateway);
            Pipeline.awaitPairs(cluster, produced);
            last = trainer.finish().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            await("the last version").atMost(PATIENCE).until(() -> served(gateway) == last);
            Pipeline.checkLaws(cluster);
            GatewayClient client = new GatewayClient(gateway.port(), MODEL);
            answered = client.ask(question);
            assertThat(answered.version()).isEqualTo(last);

            // When somebody publishes versions whose weights are not those that the manifest
            // announces
            forge(producing, cluster, last, last + 1, true);
            GatewayStatus weights = awaitVerdict(cluster, last + 1);
            forge(producing, cluster, last, last + 2, false);
            GatewayStatus chunks = awaitVerdict(cluster, last + 2);

            // Then each is refused with its reason, and the old version goes on answering
            assertThat(weights.getVerdict()).isEqualTo(Verdict.REJECTED);
            assertThat(weights.getReason()).contains("the version's weights must have the SHA-256");
            assertThat(weights.getServedVersion()).isEqualTo(last);
            assertThat(chunks.getVerdict()).isEqualTo(Verdict.REJECTED);
            assertThat(chunks.getReason()).contains("chunk 0 of 1 does not have the SHA-256");
            assertThat(client.ask(question).version()).isEqualTo(last);
            assertThat(gateway.counters().rejected()).isEqualTo(2);
        }

        // And a gateway that starts where there is no broker serves it from disk
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
        try (ServiceStack stack = Pipeline.stack(away, settings(folder))) {
            GatewayService gateway = stack.gateway();
            assertThat(served(gateway)).isEqualTo(last);
            assertThat(new GatewayClient(gateway.port(), MODEL).ask(question).logits())
                    .isEqualTo(answered.logits());
        }
    }

    private static List<String> settings(Path folder) {
        return List.of(
                // So certain that the student never gets there: each version differs from the one
                // before.
                "teacher.teacher.file=" + ConstantTeacher.write(folder, "u8", WIDTH, 1000),
                "joiner.state-dir=" + folder.resolve("join-state"),
                "trainer.model.name=" + MODEL,
                "trainer.model.dims=" + WIDTH + ",16,2",
                "trainer.model.input.shape=" + WIDTH,
                "trainer.learning-rate=0.01",
                "trainer.ema=0",
                "trainer.batch.linger=50ms",
                "trainer.publish.interval=100ms",
                "gateway.signatures.policy=accept",
                "gateway.model=" + MODEL,
                "gateway.http.port=0",
                "gateway.http.drain=0s",
                "gateway.reload.poll-time=20ms",
                "gateway.data-dir=" + folder.resolve("gateway"));
    }

    private static TrainerService startLearning(ServiceStack stack) {
        TrainerService trainer = stack.trainer(PredictionListener.NONE);
        stack.joiner();
        stack.teacher();
        return trainer;
    }

    private void awaitServing(Producing producing, GatewayService gateway) {
        produce(producing, 64);
        await("a first version").atMost(PATIENCE).until(() -> served(gateway) > 0);
    }

    private void produce(Producing producing, int count) {
        for (int i = 0; i < count; i++) {
            producing.send(producing.sample("reload-" + produced++, features()));
        }
    }

    private byte[] features() {
        byte[] features = new byte[WIDTH];
        random.nextBytes(features);
        return features;
    }

    private static long served(GatewayService gateway) {
        return gateway.serving().map(ServingModel::version).orElse(0L);
    }

    private static Callable<List<Answer>> client(int port, long seed, AtomicBoolean asking) {
        return () -> {
            GatewayClient client = new GatewayClient(port, MODEL);
            Random own = new Random(seed);
            List<Answer> answers = new ArrayList<>();
            while (asking.get()) {
                byte[] features = new byte[WIDTH];
                own.nextBytes(features);
                answers.add(client.ask(features));
            }
            return answers;
        };
    }

    /** Greatest difference between an answer's logits and what a model gives. */
    private static double distance(Answer answer, Anchor model) {
        float[] logits = new float[model.spec().classCount()];
        new MlpForward(model.spec()).logits(model.floats(), answer.features(), 0, logits);
        return IntStream.range(0, logits.length)
                .mapToDouble(c -> Math.abs(logits[c] - answer.logits().get(c)))
                .max()
                .orElseThrow();
    }

    private static GatewayStatus awaitVerdict(ClusterSettings cluster, long version) {
        return await("a verdict on version " + version)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(
                        () ->
                                TopicContents.read(
                                                cluster, Topic.GATEWAY_STATUS, GatewayStatus.class)
                                        .stream()
                                        .map(TopicContents.Entry::value)
                                        .filter(status -> status.getCandidateVersion() == version)
                                        .findFirst()
                                        .orElse(null),
                        status -> status != null);
    }

    /**
     * Publishes a version with one bit of its weights flipped.
     *
     * @param consistent whether the chunk's own digest is that of the flipped bytes, so that only
     *     the weights' digest tells
     */
    private static void forge(
            Producing producing,
            ClusterSettings cluster,
            long from,
            long version,
            boolean consistent) {
        CheckpointManifest manifest = manifest(cluster, from);
        WeightsChunk chunk =
                TopicContents.read(cluster, Topic.MODEL_WEIGHTS, WeightsChunk.class).stream()
                        .map(TopicContents.Entry::value)
                        .filter(
                                candidate ->
                                        candidate.getModel().equals(MODEL)
                                                && candidate.getVersion() == from)
                        .findFirst()
                        .orElseThrow();
        byte[] data = PublishedModels.bytes(chunk.getData());
        // The weights stand at the end of the file; this is the lowest bit of the last one's
        // mantissa.
        data[data.length - 4] ^= 1;
        chunk.setVersion(version);
        chunk.setData(ByteBuffer.wrap(data));
        int partition = cluster.topics().modelPartition(MODEL);
        RecordMetadata at =
                producing.raw(
                        Topic.MODEL_WEIGHTS,
                        partition,
                        MODEL + "/" + version + "/anchor/0",
                        producing.encode(Topic.MODEL_WEIGHTS, chunk));
        CheckpointForm form = manifest.getForms().get(0);
        form.setChunks(
                new OffsetRange(
                        form.getChunks().getTopicId(), partition, at.offset(), at.offset() + 1));
        if (consistent) {
            form.setChunkDigests(List.of(ByteBuffer.wrap(Sha256.of(data))));
        }
        manifest.setVersion(version);
        producing.raw(
                Topic.MODEL_REGISTRY,
                partition,
                MODEL + "/" + version,
                producing.encode(Topic.MODEL_REGISTRY, manifest));
        Alias live =
                Alias.newBuilder()
                        .setModel(MODEL)
                        .setAlias("@live")
                        .setVersion(version)
                        .setSequence(version)
                        .build();
        producing.raw(
                Topic.MODEL_REGISTRY,
                partition,
                MODEL + "/@live",
                producing.encode(Topic.MODEL_REGISTRY, live));
    }

    private static CheckpointManifest manifest(ClusterSettings cluster, long version) {
        return TopicContents.read(cluster, Topic.MODEL_REGISTRY, CheckpointManifest.class).stream()
                .map(TopicContents.Entry::value)
                .filter(manifest -> manifest.getVersion() == version)
                .findFirst()
                .orElseThrow();
    }
}
