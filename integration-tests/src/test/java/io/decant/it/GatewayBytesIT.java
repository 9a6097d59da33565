package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.decant.follower.registry.KafkaRegistryFeed;
import io.decant.follower.registry.RegistryEvent;
import io.decant.follower.registry.RegistryFeed;
import io.decant.follower.reload.ServingModel;
import io.decant.gateway.GatewayConfig;
import io.decant.gateway.GatewayService;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.SignedPublisher;
import io.decant.it.harness.SocketBytes;
import io.decant.it.harness.TestVersions;
import io.decant.it.harness.TestVersions.Candidate;
import io.decant.it.harness.TopicContents;
import io.decant.model.checkpoint.AnchorEncoding;
import io.decant.model.checkpoint.Delta;
import io.decant.model.spec.CannedInput;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.sign.KeyPairs;
import io.decant.pipeline.sign.SignaturePolicy;
import io.decant.pipeline.sign.SigningKey;
import io.decant.pipeline.sign.TrustedKeys;
import io.decant.records.FormKind;
import io.decant.records.WeightEncoding;
import io.decant.topics.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a gateway receives, counted on its consumers' sockets: in step, and after a long sleep. The
 * model has the size of the demo's; five in hundred weights change with each version, and every
 * tenth version has an anchor too.
 */
@ExtendWith(SharedCluster.class)
class GatewayBytesIT {
    /** Versions, metadata and groups that the clients of a gateway ask for when they begin. */
    private static final long BEGINNINGS = 4096;

    private static final long SEED = Long.getLong("test.seed", 20261122L);
    private static final String MODEL = "student";
    private static final int VERSIONS = 100;
    private static final int ANCHOR_EVERY = 10;
    private static final int IN_STEP_LIMIT = 18_000;
    private static final ModelSpec SPEC =
            ModelSpec.mlp(
                            List.of(784, 128, 10),
                            new InputSpec(DType.U8, List.of(28, 28), 1 / 255.0, 0.13, 0.31))
                    .withCannedInputs(List.of(CannedInput.of(new byte[784])));

    @TempDir Path folder;
    private final Random random = new Random(SEED);
    private final TestVersions versions = new TestVersions(MODEL, SPEC, 900_000);
    private final float[] weights = new float[SPEC.parameterCount()];
    private ClusterSettings cluster;
    private KeyPairs.Made key;
    private SignedPublisher publisher;
    private GatewayService gateway;
    private long version;
    private int greatestDelta;
    private int anchorBytes;

    @BeforeEach
    void start(ClusterSettings own) throws IOException {
        cluster = own;
        key = KeyPairs.generate(folder, "trainer");
        publisher =
                new SignedPublisher(
                        cluster, MODEL, Optional.of(SigningKey.read(key.privateFile())));
        publishNext();
    }

    @AfterEach
    void stop() {
        gateway.close();
        publisher.close();
    }

    @Test
    void aFeedThatFellFarBehindJumpsToTheEndAndReadsBackWhenAsked() {
        // Given a feed that has read all there is
        openGateway();
        try (RegistryFeed feed =
                KafkaRegistryFeed.open(
                        cluster,
                        "behind-" + cluster.prefix(),
                        MODEL,
                        SignaturePolicy.REQUIRE,
                        TrustedKeys.read(List.of(key.publicFile())),
                        Duration.ofSeconds(10),
                        InstantSource.system())) {
            assertThat(until(feed, RegistryFeed.Batch::caughtUp)).containsExactly(1L);

            // When many versions come while nobody polls
            for (int i = 0; i < VERSIONS; i++) {
                publishNext();
            }
            List<Long> before = until(feed, RegistryFeed.Batch::skipped);
            List<Long> newest = until(feed, RegistryFeed.Batch::caughtUp);
            List<Long> older = versions(feed.older());

            // Then most of them are passed over, and the part before the newest is read on demand
            assertThat(before).hasSizeLessThan(VERSIONS / 4);
            assertThat(newest).hasSizeBetween(5, 16).endsWith(version);
            assertThat(older).startsWith(newest.get(0) - 1).hasSizeBetween(5, 16);
            assertThat(feed.whole()).isFalse();
        }
        awaitServed();
    }

    /** Versions whose manifests came until a batch is like that. */
    private static List<Long> until(RegistryFeed feed, Predicate<RegistryFeed.Batch> last) {
        List<Long> all = new ArrayList<>();
        RegistryFeed.Batch batch;
        do {
            batch = feed.poll(Duration.ofSeconds(10));
            all.addAll(versions(batch));
        } while (!last.test(batch));
        return all;
    }

    private static List<Long> versions(RegistryFeed.Batch batch) {
        return batch.changes().stream()
                .map(RegistryFeed.Change::event)
                .filter(RegistryEvent.VersionPublished.class::isInstance)
                .map(event -> ((RegistryEvent.VersionPublished) event).record().version())
                .toList();
    }

    private void openGateway() {
        List<String> settings = new ArrayList<>(SharedCluster.settings(cluster));
        settings.addAll(
                List.of(
                        "model=" + MODEL,
                        "id=bytes-" + cluster.prefix(),
                        "http.port=0",
                        "http.drain=0s",
                        "signatures.keys=" + key.publicFile(),
                        "reload.poll-time=20ms",
                        "data-dir=" + folder.resolve("gateway")));
        gateway =
                GatewayService.start(
                        Configuration.of(GatewayConfig.class, settings), InstantSource.system());
        awaitServed();
    }

    private void publishNext() {
        version++;
        float[] target = weights.clone();
        for (int i = 0; i < target.length; i++) {
            target[i] += (float) random.nextGaussian() / 100;
        }
        if (version == 1) {
            System.arraycopy(target, 0, weights, 0, weights.length);
            publisher.publish(versions.anchor(version, weights));
            return;
        }
        int entries = weights.length / 20;
        Candidate candidate = versions.delta(version, weights, target, entries);
        Delta.between(weights, target, entries, AnchorEncoding.F32).addTo(SPEC, weights);
        greatestDelta = Math.max(greatestDelta, (int) candidate.form(0).getBytes());
        if (version % ANCHOR_EVERY == 0) {
            byte[] anchor = TestVersions.anchorBytes(SPEC, weights);
            anchorBytes = anchor.length;
            versions.add(candidate, FormKind.ANCHOR, WeightEncoding.F32, anchor);
        }
        publisher.publish(candidate);
    }

    private void awaitServed() {
        await("version " + version)
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> gateway.serving().map(ServingModel::version).orElse(0L) == version);
    }

    private long received() {
        return SocketBytes.received("*gateway-bytes-" + cluster.prefix() + "-*");
    }

    @Test
    void aGatewayInStepReceivesManifestAliasAndDeltaAndLittleElse() {
        // Given
        openGateway();
        publishNext();
        awaitServed();
        long before = received();
        long recordsBefore = gateway.counters().bytesReceived();

        // When
        for (int i = 0; i < VERSIONS; i++) {
            publishNext();
            awaitServed();
        }

        // Then
        long perVersion = (received() - before) / VERSIONS;
        long recordsPerVersion = (gateway.counters().bytesReceived() - recordsBefore) / VERSIONS;
        System.out.printf(
                "in step, %d versions: %d bytes a version on the sockets, %d in keys and values; delta at most %d%n",
                VERSIONS, perVersion, recordsPerVersion, greatestDelta);
        assertThat(perVersion).isLessThanOrEqualTo(IN_STEP_LIMIT);
        assertThat(gateway.counters().rejected()).isZero();
    }

    @Test
    void aGatewayThatSleptForHundredVersionsReceivesOneAnchorAndTheTail() {
        // Given a gateway that served version 1 and was stopped
        openGateway();
        gateway.close();

        // When it wakes up hundred versions later, wherever between two anchors that is
        for (int i = 0; i < VERSIONS + 8; i++) {
            publishNext();
        }
        openGateway();

        // Then
        int manifest =
                TopicContents.raw(cluster, Topic.MODEL_REGISTRY).stream()
                        .filter(record -> record.key().equals(MODEL + "/" + version))
                        .mapToInt(record -> record.key().length() + record.value().length)
                        .findFirst()
                        .orElseThrow();
        long limit = anchorBytes + 10L * greatestDelta + 11L * manifest + BEGINNINGS;
        System.out.printf(
                "after %d versions: %d bytes on the sockets, %d in keys and values; one anchor, ten deltas, their manifests and what clients begin with are at most %d%n",
                VERSIONS + 8, received(), gateway.counters().bytesReceived(), limit);
        assertThat(received()).isLessThanOrEqualTo(limit);
    }
}
