package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.decant.follower.reload.ServingModel;
import io.decant.follower.reload.ServingSlot.Swap;
import io.decant.gateway.GatewayConfig;
import io.decant.gateway.GatewayService;
import io.decant.it.harness.GatewayClient;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.SignedPublisher;
import io.decant.it.harness.TestVersions;
import io.decant.it.harness.TestVersions.Candidate;
import io.decant.it.harness.TopicContents;
import io.decant.model.checkpoint.AnchorEncoding;
import io.decant.model.checkpoint.Delta;
import io.decant.model.digest.Sha256;
import io.decant.model.spec.CannedInput;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.sign.KeyPairs;
import io.decant.pipeline.sign.SigningKey;
import io.decant.records.FormKind;
import io.decant.records.GatewayStatus;
import io.decant.records.Verdict;
import io.decant.records.WeightEncoding;
import io.decant.records.WeightsChunk;
import io.decant.topics.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that a gateway must refuse, written to a real broker: the version before goes on
 * answering, the status says why, and the next good version is served.
 */
@ExtendWith(SharedCluster.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewaySabotageIT {
    private static final long SEED = Long.getLong("test.seed", 20261122L);
    private static final String MODEL = "student";
    private static final int WIDTH = 8;
    private static final int ENTRIES = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final byte[] QUESTION = {9, 8, 7, 6, 5, 4, 3, 2};

    private static final ModelSpec SPEC =
            ModelSpec.mlp(
                            List.of(WIDTH, 32, 3),
                            new InputSpec(DType.U8, List.of(WIDTH), 1 / 255.0, 0.5, 0.25))
                    .withCannedInputs(List.of(CannedInput.of(QUESTION)));

    private final TestVersions versions = new TestVersions(MODEL, SPEC, 700);
    private final Random random = new Random(SEED);
    private final List<Swap> swaps = Collections.synchronizedList(new ArrayList<>());
    private ClusterSettings cluster;
    private Path folder;
    private KeyPairs.Made key;
    private KeyPairs.Made stranger;
    private SignedPublisher publisher;
    private GatewayService gateway;

    /** The newest good version and its weights. */
    private long good;

    private float[] weights = new float[SPEC.parameterCount()];
    private long orders;

    @BeforeAll
    void start(ClusterSettings own, @TempDir Path temporary) throws IOException {
        cluster = own;
        folder = temporary;
        key = KeyPairs.generate(folder, "trainer");
        stranger = KeyPairs.generate(folder, "stranger");
        publisher = publisher(Optional.of(key));
        publishGood();
        openGateway();
        awaitServed(good);
    }

    @AfterAll
    void stop() {
        gateway.close();
        publisher.close();
    }

    private SignedPublisher publisher(Optional<KeyPairs.Made> pair) {
        return new SignedPublisher(
                cluster, MODEL, pair.map(made -> SigningKey.read(made.privateFile())));
    }

    private void openGateway() {
        List<String> settings = new ArrayList<>(SharedCluster.settings(cluster));
        settings.addAll(
                List.of(
                        "model=" + MODEL,
                        "id=edge",
                        "http.port=0",
                        "http.drain=0s",
                        "signatures.keys=" + key.publicFile(),
                        "reload.poll-time=20ms",
                        "data-dir=" + folder.resolve("gateway")));
        gateway =
                GatewayService.start(
                        Configuration.of(GatewayConfig.class, settings), InstantSource.system());
        gateway.onSwap(swaps::add);
    }

    private float[] random() {
        float[] next = weights.clone();
        for (int i = 0; i < next.length; i++) {
            next[i] += (float) random.nextGaussian() / 8;
        }
        return next;
    }

    /** Every second good version is a delta. */
    private void publishGood() {
        float[] next = random();
        Candidate candidate =
                good % 2 == 1 && served() == good
                        ? versions.delta(good + 1, weights, next, next.length)
                        : versions.anchor(good + 1, next);
        if (candidate.form(0).getForm() == FormKind.DELTA) {
            Delta.between(weights, next, next.length, AnchorEncoding.F32).addTo(SPEC, weights);
        } else {
            weights = next;
        }
        publisher.publish(candidate);
        good++;
    }

    private long served() {
        return gateway == null ? 0 : gateway.serving().map(ServingModel::version).orElse(0L);
    }

    private void awaitServed(long version) {
        awaitThat("version " + version + " to be served", () -> served() == version);
    }

    private static void awaitThat(String what, BooleanSupplier condition) {
        await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(condition::getAsBoolean);
    }

    /** An attack on the version after the good one. */
    private interface Attack {
        void by(GatewaySabotageIT test) throws Exception;
    }

    private static Arguments row(String name, boolean candidate, String reason, Attack attack) {
        return Arguments.of(name, candidate, reason, attack);
    }

    private static Stream<Arguments> attacks() {
        return Stream.of(
                row(
                        "a bit flipped in a chunk of a delta",
                        true,
                        "chunk 0 of 1 does not have the SHA-256",
                        test -> {
                            Candidate bad = test.delta();
                            flip(bad.chunks.get(0).get(0), 30);
                            test.publisher.publish(bad);
                        }),
                row(
                        "a bit flipped in a chunk of an anchor",
                        true,
                        "chunk 1 of 4 does not have the SHA-256",
                        test -> {
                            Candidate bad = test.anchor();
                            flip(bad.chunks.get(0).get(1), 7);
                            test.publisher.publish(bad);
                        }),
                row(
                        "a bit flipped in the manifest",
                        false,
                        "is not valid",
                        test -> {
                            Candidate bad = test.anchor();
                            byte[] digest = bad.manifest.getWeightsDigest().array();
                            test.publisher.publish(
                                    bad, wire -> flipped(wire, indexOf(wire, digest)));
                        }),
                row(
                        "a bit flipped in the signature",
                        false,
                        "is not valid",
                        test ->
                                test.publisher.publish(
                                        test.anchor(), wire -> flipped(wire, wire.length - 10))),
                row(
                        "a chunk is missing",
                        true,
                        "which cannot hold 4 chunks",
                        test -> {
                            Candidate bad = test.anchor();
                            WeightsChunk gone = bad.chunks.get(0).remove(1);
                            test.publisher.publish(bad);
                            assertThat(gone.getPart()).isEqualTo(1);
                        }),
                row(
                        "chunks are in another order",
                        true,
                        "chunk 0 of 4 is student/",
                        test -> {
                            Candidate bad = test.anchor();
                            Collections.swap(bad.chunks.get(0), 0, 2);
                            test.publisher.publish(bad);
                        }),
                row(
                        "a chunk is there twice",
                        true,
                        "the chunks hold more than the",
                        test -> {
                            Candidate bad = test.anchor();
                            bad.chunks.get(0).add(bad.chunks.get(0).get(3));
                            test.publisher.publish(bad);
                        }),
                row(
                        "a delta to another parent",
                        true,
                        "came from its delta and the parent that is here",
                        test -> test.publisher.publish(test.deltaTo(test.random()))),
                row(
                        "another specification",
                        true,
                        "its specification does not have the SHA-256 that the manifest announces",
                        test -> {
                            Candidate bad = test.anchor();
                            bad.manifest.setSpecDigest(ByteBuffer.wrap(Sha256.of(QUESTION)));
                            test.publisher.publish(bad);
                        }),
                row(
                        "a manifest of many bytes",
                        false,
                        "bytes; expected at most 65536",
                        test -> {
                            Candidate bad = test.anchor();
                            bad.manifest.setGateReason("x".repeat(100_000));
                            test.publisher.publish(bad);
                        }),
                row(
                        "a size that nobody has memory for",
                        true,
                        "its anchor has 1152921504606846976 bytes; expected 1 to",
                        test -> {
                            Candidate bad = test.anchor();
                            bad.form(0).setBytes(1L << 60);
                            test.publisher.publish(bad);
                        }),
                row(
                        "a size that is within the bounds and not true",
                        true,
                        "bytes; the manifest announces 200000000",
                        test -> {
                            Candidate bad = test.anchor();
                            bad.form(0).setBytes(200_000_000L);
                            test.publisher.publish(bad);
                        }),
                row(
                        "a huge header in the anchor",
                        true,
                        "header length must be 2 to 1048576",
                        test -> test.publisher.publish(test.file(FormKind.ANCHOR, hugeHeader()))),
                row(
                        "a huge count in the delta",
                        true,
                        "delta: entries must be 0 to",
                        test -> test.publisher.publish(test.file(FormKind.DELTA, hugeCount()))),
                row(
                        "weights that are no numbers, with a right digest",
                        true,
                        "it answers NaN for canned input 0",
                        test -> {
                            float[] bad = test.random();
                            bad[bad.length - 1] = Float.NaN;
                            test.publisher.publish(test.versions.anchor(test.good + 1, bad));
                        }),
                row(
                        "an old @live, signed, written again",
                        false,
                        "sequences only grow, so it is an old record",
                        test ->
                                test.publisher.alone(
                                        Topic.MODEL_REGISTRY,
                                        MODEL + "/@live",
                                        test.publisher.alias(test.good - 1, test.good - 1))),
                row(
                        "a new @live that goes back",
                        true,
                        "only an operator's order goes back",
                        test ->
                                test.publisher.alone(
                                        Topic.MODEL_REGISTRY,
                                        MODEL + "/@live",
                                        test.publisher.alias(test.good - 1, ++test.good))),
                row(
                        "a key that nobody trusts",
                        false,
                        "which is not trusted here",
                        test -> test.publishBy(Optional.of(test.stranger))),
                row(
                        "no signature",
                        false,
                        "it is not signed, and signatures.policy is require",
                        test -> test.publishBy(Optional.empty())),
                row(
                        "a second trainer that publishes the same number",
                        false,
                        "was verified and served here with other weights",
                        test ->
                                test.publisher.publish(
                                        test.versions.anchor(test.good, test.random()))),
                row(
                        "an order that is not signed",
                        false,
                        "it is not signed",
                        test -> {
                            try (SignedPublisher unsigned = test.publisher(Optional.empty())) {
                                unsigned.order(test.good - 1, 1000);
                            }
                        }),
                row(
                        "an order that is removed",
                        false,
                        "a removal of @override cannot be signed",
                        test -> test.publisher.alone(Topic.CONTROL, MODEL + "/@override", null)),
                row(
                        "@live that is removed",
                        false,
                        "a removal of @live cannot be signed",
                        test ->
                                test.publisher.alone(
                                        Topic.MODEL_REGISTRY, MODEL + "/@live", null)));
    }

    private Candidate anchor() {
        return versions.anchor(good + 1, random());
    }

    private Candidate delta() {
        return versions.delta(good + 1, weights, random(), ENTRIES);
    }

    /** A delta that is right for another parent than the one that the gateway has. */
    private Candidate deltaTo(float[] parent) {
        return versions.delta(good + 1, parent, random(), ENTRIES);
    }

    /** A version whose only form holds these bytes. */
    private Candidate file(FormKind kind, byte[] bytes) {
        Candidate candidate = delta();
        candidate.chunks.clear();
        candidate.manifest.setForms(List.of());
        versions.add(candidate, kind, WeightEncoding.F32, bytes);
        return candidate;
    }

    private static byte[] hugeHeader() {
        return ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(1L << 40).array();
    }

    private static byte[] hugeCount() {
        return ByteBuffer.allocate(25)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {'D', 'L', 'T', '1', 0})
                .putInt(SPEC.parameterCount())
                .putInt(Integer.MAX_VALUE)
                .array();
    }

    private void publishBy(Optional<KeyPairs.Made> pair) {
        try (SignedPublisher other = publisher(pair)) {
            other.publish(anchor());
        }
    }

    private static void flip(WeightsChunk chunk, int index) {
        byte[] data = chunk.getData().array().clone();
        data[index] ^= 4;
        chunk.setData(ByteBuffer.wrap(data));
    }

    private static byte[] flipped(byte[] bytes, int index) {
        byte[] copy = bytes.clone();
        copy[index] ^= 4;
        return copy;
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int i = 0; i + part.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new AssertionError("not found");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void isRefusedWithItsReasonAndChangesNothing(
            String name, boolean candidate, String reason, Attack attack) throws Exception {
        // Given two good versions
        publishGood();
        awaitServed(good);
        publishGood();
        awaitServed(good);
        long before = good;
        GatewayClient client = new GatewayClient(gateway.port(), MODEL);
        List<Float> answer = client.ask(QUESTION).logits();
        long since = System.currentTimeMillis();
        swaps.clear();

        // When
        attack.by(this);

        // Then the reason is told, once, and the old version answers as before
        GatewayStatus status = refusal(since, reason);
        assertThat(status.getVerdict()).isEqualTo(Verdict.REJECTED);
        assertThat(status.getServedVersion()).isEqualTo(before);
        assertThat(status.getHighestVersion()).isEqualTo(before);
        assertThat(status.getCandidateVersion() > 0).isEqualTo(candidate);
        assertThat(client.ask(QUESTION).version()).isEqualTo(before);
        assertThat(client.ask(QUESTION).logits()).isEqualTo(answer);

        // And the next good version is served, with nothing in between
        good = Math.max(good, before) + 1;
        weights = random();
        publisher.publish(versions.anchor(good, weights));
        awaitServed(good);
        assertThat(swaps).extracting(Swap::version).containsExactly(good);
    }

    private List<GatewayStatus> statuses() {
        return TopicContents.read(cluster, Topic.GATEWAY_STATUS, GatewayStatus.class).stream()
                .map(TopicContents.Entry::value)
                .toList();
    }

    private GatewayStatus refusal(long since, String reason) {
        return await("a status that says: " + reason)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(
                        () ->
                                statuses().stream()
                                        .filter(status -> status.getAtMillis() >= since)
                                        .filter(status -> status.getReason().contains(reason))
                                        .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    @Test
    void onlyASignedOrderGoesBackAndItSurvivesARestart() {
        // Given
        publishGood();
        awaitServed(good);
        long old = good;
        publishGood();
        awaitServed(good);

        // When an operator orders the old version
        publisher.order(old, ++orders);
        awaitServed(old);
        publishGood();

        // Then it is served, also after a restart with somebody's older order written again
        gateway.close();
        openGateway();
        awaitServed(old);

        // And @live is followed again when the operator says so
        publisher.order(0, ++orders);
        awaitServed(good);
    }

    @Test
    void afterARestartAnOlderLiveThatIsTheNewestRecordIsRefused() {
        // Given a gateway that is stopped after it served a version
        publishGood();
        awaitServed(good);
        gateway.close();

        // When the registry's newest @live is an old one
        publisher.alone(
                Topic.MODEL_REGISTRY, MODEL + "/@live", publisher.alias(good - 1, good - 1));
        long since = System.currentTimeMillis();
        openGateway();

        // Then
        refusal(since, "sequences only grow");
        assertThat(served()).isEqualTo(good);
        publishGood();
        awaitServed(good);
    }

    @Test
    void aDamagedCopyOnDiskIsRefusedAndTheRegistryIsAskedInstead() throws IOException {
        // Given a copy that is cut off, and one with a flipped bit
        publishGood();
        awaitServed(good);
        Path copy = folder.resolve("gateway").resolve(MODEL + ".last-good.zip");
        List<UnaryOperator<byte[]>> damages =
                List.of(
                        bytes -> Arrays.copyOf(bytes, bytes.length / 2),
                        bytes -> flipped(bytes, 600),
                        bytes -> flipped(bytes, bytes.length / 2));

        for (UnaryOperator<byte[]> damage : damages) {
            gateway.close();
            Files.write(copy, damage.apply(Files.readAllBytes(copy)));
            long since = System.currentTimeMillis();

            // When
            openGateway();

            // Then
            refusal(since, copy.toString());
            awaitServed(good);
        }
    }
}
