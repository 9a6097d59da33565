package io.decant.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.decant.it.harness.ConstantTeacher;
import io.decant.it.harness.CrashCluster;
import io.decant.it.harness.GatewayClient;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.RemadeVersions;
import io.decant.it.harness.ServiceProcess;
import io.decant.it.harness.TopicContents;
import io.decant.it.laws.RunRecord;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.CheckpointManifest;
import io.decant.records.GatewayStatus;
import io.decant.records.PairKind;
import io.decant.records.TrainingPair;
import io.decant.topics.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A broker that is away for a while under 500 samples a second. {@code mvn -P faults verify} keeps
 * it away for five minutes.
 */
class OutageIT {
    private static final Duration OUTAGE =
            Duration.ofSeconds(Integer.getInteger("outage.seconds", 12));
    private static final int SAMPLES_PER_SECOND = 500;
    private static final Duration STEADY = Duration.ofSeconds(4);
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @Test
    void servicesWaitForABrokerThatIsAwayAndEverySampleIsLearnedOnce(
            @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
        try (CrashCluster cluster = CrashCluster.start(folder.resolve("broker"))) {
            // Given all services, each in a process of its own, and somebody who asks the gateway
            ClusterSettings topics = cluster.installation(3);
            List<ServiceProcess> services = services(topics, folder);
            services.forEach(ServiceProcess::start);
            ServiceProcess edge = services.get(services.size() - 1);
            try (RetryingStream stream =
                    new RetryingStream(
                            topics, SAMPLES_PER_SECOND, OUTAGE.plus(Duration.ofMinutes(2)))) {
                await("a served version")
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(250))
                        .until(() -> isServing(topics));
                try (Visitors visitors =
                        new Visitors(gateway(edge), new byte[RetryingStream.WIDTH])) {
                    passes(STEADY);

                    // When the broker is killed, and comes back after a while
                    int before = visitors.answered();
                    cluster.killBroker();
                    passes(OUTAGE);
                    int during = visitors.answered() - before;
                    int acknowledgedBefore = stream.acknowledged();
                    cluster.startBroker();
                    Instant back = Instant.now();
                    CheckpointManifest last = Pipeline.newest(topics);
                    Pipeline.awaitVersion(topics, "student", last.getVersion() + 1);
                    Duration recovered = Duration.between(back, Instant.now());
                    passes(STEADY);
                    int samples = stream.end();

                    // Then nothing that was acknowledged is lost or repeated
                    assertThat(stream.refused()).as("records that the producer gave up").isZero();
                    assertThat(stream.acknowledged()).isEqualTo(samples);
                    awaitJoined(topics, samples);
                    Pipeline.awaitLearnedBy(topics, "student");
                    RunRecord run = RunRecord.of(topics);
                    assertThat(live(run)).as("pairs").isEqualTo(samples);
                    run.checkLaws();
                    int versions = RemadeVersions.mustBeEqual(topics, "student");
                    // ... no service had to be started again, and all questions were answered
                    assertThat(services).allMatch(ServiceProcess::isAlive);
                    assertThat(visitors.failed()).as("questions without an answer").isZero();
                    assertThat(during).as("answers during the outage").isPositive();
                    System.out.printf(
                            "%nbroker away for %d s at %d samples/s: %d samples acknowledged (%d of them after its return), %d pairs, lost 0, repeated 0, %d versions made again; first new version %.1f s after the return; %d answers during the outage, %d failed%n",
                            OUTAGE.toSeconds(),
                            SAMPLES_PER_SECOND,
                            samples,
                            samples - acknowledgedBefore,
                            live(run),
                            versions,
                            recovered.toMillis() / 1e3,
                            during,
                            visitors.failed());
                }
            } finally {
                services.forEach(ServiceProcess::close);
            }
        }
    }

    private static List<ServiceProcess> services(ClusterSettings topics, Path folder)
            throws IOException {
        return List.of(
                new ServiceProcess(
                        "teacher",
                        topics,
                        List.of(
                                "teacher.file="
                                        + ConstantTeacher.write(
                                                folder, "u8", RetryingStream.WIDTH, 2)),
                        folder),
                new ServiceProcess(
                        "joiner", topics, List.of("state-dir=" + folder.resolve("join")), folder),
                new ServiceProcess(
                        "trainer",
                        topics,
                        List.of(
                                "model.dims=" + RetryingStream.WIDTH + ",8,2",
                                "model.input.shape=" + RetryingStream.WIDTH,
                                "publish.interval=1s"),
                        folder),
                new ServiceProcess(
                        "gateway",
                        topics,
                        List.of(
                                "model=student",
                                "id=edge",
                                "http.port=0",
                                "signatures.policy=accept",
                                "data-dir=" + Files.createDirectories(folder.resolve("edge"))),
                        folder));
    }

    private static boolean isServing(ClusterSettings topics) {
        return TopicContents.read(topics, Topic.GATEWAY_STATUS, GatewayStatus.class).stream()
                .anyMatch(status -> status.value().getServedVersion() > 0);
    }

    private static GatewayClient gateway(ServiceProcess edge) {
        Matcher address = Pattern.compile("address=127.0.0.1:(\\d+)").matcher(edge.log());
        assertThat(address.find()).isTrue();
        return new GatewayClient(Integer.parseInt(address.group(1)), "student");
    }

    private static void passes(Duration time) {
        Instant end = Instant.now().plus(time);
        await().atMost(time.plusSeconds(10)).until(() -> Instant.now().isAfter(end));
    }

    private static void awaitJoined(ClusterSettings topics, int samples) {
        await("every sample and label in the journal")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .until(
                        () -> {
                            List<TrainingPair> pairs =
                                    TopicContents.read(
                                                    topics,
                                                    Topic.TRAINING_PAIRS,
                                                    TrainingPair.class)
                                            .stream()
                                            .map(TopicContents.Entry::value)
                                            .toList();
                            return pairs.stream().filter(OutageIT::isLive).count() >= samples
                                    && pairs.stream()
                                                    .filter(pair -> pair.getLabel() != null)
                                                    .count()
                                            >= RetryingStream.labels(samples);
                        });
    }

    private static long live(RunRecord run) {
        return run.pairs().stream().map(TopicContents.Entry::value).filter(OutageIT::isLive).count();
    }

    private static boolean isLive(TrainingPair pair) {
        return pair.getKind() != PairKind.LABEL_CORRECTION;
    }
}
