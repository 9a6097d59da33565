package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.decant.dev.stack.ServiceStack;
import io.decant.follower.reload.ServingModel;
import io.decant.gateway.GatewayService;
import io.decant.it.harness.GatewayClient;
import io.decant.it.harness.GatewayClient.Answer;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.SignedPublisher;
import io.decant.it.harness.TestVersions;
import io.decant.it.harness.TopicContents;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.GatewayStatus;
import io.decant.records.Sample;
import io.decant.records.Verdict;
import io.decant.topics.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a gateway does by itself about a bad version, and with what it serves. */
@ExtendWith(SharedCluster.class)
class GatewayGuardIT {
    private static final String MODEL = "student";
    private static final int WIDTH = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ModelSpec SPEC =
            ModelSpec.mlp(
                    List.of(WIDTH, 4, 3), new InputSpec(DType.U8, List.of(WIDTH), 1 / 255.0, 0, 1));

    private final TestVersions versions = new TestVersions(MODEL, SPEC, 900_000);

    /** Weights of a model that always answers one class, and is sure of it. */
    private static float[] always(int classIndex) {
        float[] weights = new float[SPEC.parameterCount()];
        weights[weights.length - 3 + classIndex] = 9;
        return weights;
    }

    private static List<String> settings(Path folder, String... more) {
        return Stream.concat(
                        Stream.of(
                                "gateway.model=" + MODEL,
                                "gateway.id=edge-1",
                                "gateway.http.port=0",
                                "gateway.http.drain=0s",
                                "gateway.signatures.policy=accept",
                                "gateway.reload.poll-time=20ms",
                                "gateway.data-dir=" + folder.resolve("gateway")),
                        Stream.of(more))
                .toList();
    }

    private static void awaitServed(GatewayService gateway, long version) {
        await("version " + version)
                .atMost(PATIENCE)
                .until(() -> gateway.serving().map(ServingModel::version).orElse(0L) == version);
    }

    /** Waits for what a gateway says last of a candidate. */
    private static GatewayStatus awaitVerdict(
            ClusterSettings cluster, long version, Verdict verdict) {
        return await(verdict + " of version " + version)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(
                        () ->
                                TopicContents.read(
                                                cluster, Topic.GATEWAY_STATUS, GatewayStatus.class)
                                        .stream()
                                        .map(TopicContents.Entry::value)
                                        .filter(
                                                status ->
                                                        status.getCandidateVersion() == version
                                                                && status.getVerdict() == verdict)
                                        .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    @Test
    void aBadVersionIsTakenBackWithoutAFailedRequestAndTheNextGoodOneIsServed(
            ClusterSettings cluster, @TempDir Path folder) throws Exception {
        AtomicBoolean asking = new AtomicBoolean(true);
        ExecutorService clients = Executors.newSingleThreadExecutor();
        try (SignedPublisher trainer = new SignedPublisher(cluster, MODEL, Optional.empty());
                ServiceStack stack =
                        Pipeline.stack(
                                cluster, settings(folder, "gateway.guard.watch-minimum=50"))) {
            // Given a gateway under load
            trainer.publish(versions.anchor(1, always(2)));
            GatewayService gateway = stack.gateway();
            awaitServed(gateway, 1);
            GatewayClient client = new GatewayClient(gateway.port(), MODEL);
            Future<List<Answer>> answers =
                    clients.submit(
                            () -> {
                                List<Answer> all = new ArrayList<>();
                                while (asking.get()) {
                                    all.add(client.ask(new byte[WIDTH]));
                                }
                                return all;
                            });

            // When a version comes that is signed and whole, and answers another class
            trainer.publish(versions.anchor(2, always(0)));
            GatewayStatus back = awaitVerdict(cluster, 2, Verdict.ROLLED_BACK);

            // Then the one before is served again
            assertThat(back.getServedVersion()).isEqualTo(1);
            assertThat(back.getReason()).contains("guard.max-distance").contains("version 1");

            // When a good one comes
            trainer.publish(versions.anchor(3, always(2)));

            // Then it is tried, and served; no request failed meanwhile
            awaitVerdict(cluster, 3, Verdict.ACCEPTED);
            awaitServed(gateway, 3);
            asking.set(false);
            assertThat(answers.get(30, TimeUnit.SECONDS))
                    .extracting(Answer::version)
                    .contains(1L, 2L);
            assertThat(gateway.guardCounters().trials()).isEqualTo(1);
            assertThat(gateway.guardCounters().rolledBack()).isEqualTo(1);
            assertThat(gateway.counters().failed()).isZero();
        } finally {
            asking.set(false);
            clients.shutdownNow();
        }
    }

    @Test
    void servedInputsBecomeSamplesAndAnswersGoOnWhenTheyCannot(
            ClusterSettings cluster, @TempDir Path folder) {
        // Given a gateway that gives everything back
        try (SignedPublisher trainer = new SignedPublisher(cluster, MODEL, Optional.empty());
                ServiceStack stack =
                        Pipeline.stack(cluster, settings(folder, "gateway.feedback.share=1"))) {
            trainer.publish(versions.anchor(1, always(2)));
            GatewayService gateway = stack.gateway();
            awaitServed(gateway, 1);
            GatewayClient client = new GatewayClient(gateway.port(), MODEL);

            // When
            for (int i = 0; i < 20; i++) {
                client.ask(new byte[] {(byte) i, 0, 0, 0, 0, 0, 0, 0});
            }

            // Then each input is a sample, in its own partition, and says who served it
            await("samples").atMost(PATIENCE).until(() -> gateway.feedbackCounters().sent() == 20);
            List<TopicContents.Entry<Sample>> samples =
                    TopicContents.read(cluster, Topic.SAMPLES, Sample.class);
            assertThat(samples).hasSize(20);
            assertThat(samples)
                    .extracting(sample -> (int) sample.value().getFeatures().getData().get(0))
                    .containsExactlyInAnyOrderElementsOf(
                            java.util.stream.IntStream.range(0, 20).boxed().toList());
            for (TopicContents.Entry<Sample> sample : samples) {
                assertThat(sample.partition())
                        .isEqualTo(cluster.topics().samplePartition(sample.key()));
                assertThat(sample.value().getAttributes())
                        .containsEntry("gateway", "edge-1")
                        .containsEntry("model-version", "1");
            }
        }

        // And where there is no broker, every request is answered, and what cannot be sent is
        // dropped
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
        try (ServiceStack stack =
                Pipeline.stack(
                        away,
                        settings(
                                folder, "gateway.feedback.share=1", "gateway.feedback.queue=16"))) {
            GatewayService gateway = stack.gateway();
            GatewayClient client = new GatewayClient(gateway.port(), MODEL);
            for (int i = 0; i < 200; i++) {
                assertThat(client.ask(new byte[WIDTH]).version()).isEqualTo(1);
            }
            await("a sample that cannot be sent")
                    .atMost(PATIENCE)
                    .until(() -> gateway.feedbackCounters().dropped() > 100);
            assertThat(gateway.feedbackCounters().offered()).isEqualTo(200);
            assertThat(gateway.feedbackCounters().sent()).isZero();
            assertThat(gateway.counters().failed()).isZero();
        }
    }
}
