package io.decant.gateway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.decant.follower.Versions;
import io.decant.follower.registry.LocalAvro;
import io.decant.gateway.store.LastGoodFile;
import io.decant.gateway.store.SeenFile;
import io.decant.model.checkpoint.Anchor;
import io.decant.model.checkpoint.AnchorEncoding;
import io.decant.model.checkpoint.Delta;
import io.decant.model.checkpoint.SafeTensors;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.sign.KeyFileException;
import io.decant.pipeline.sign.KeyPairs;
import io.decant.pipeline.sign.TrustedKeys;
import io.decant.records.Alias;
import io.decant.records.Control;
import io.decant.records.Order;
import io.decant.records.WeightsChunk;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Thousands of spoilt inputs for everything that a gateway decodes: only declared failures come
 * out, and nothing is allocated because a length says so.
 */
class DecodersTest {
    private static final long SEED = Long.getLong("test.seed", 20261122L);
    private static final int MUTATIONS = 4000;

    /** Not measured: classes are loaded, and what does not escape is not yet seen. */
    private static final int WARM_UP = 200;

    /** Objects, strings and error messages for each byte of an input, at most. */
    private static final int BYTES_PER_BYTE = 400;

    /** What one call may take whatever its input is: buffers of decoders, a stack trace. */
    private static final int BASE_BYTES = 256 << 10;

    private static final int HEADER_BYTES = 5;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir static Path folder;

    /** Reads bytes; whether they are good is not asked. */
    private interface Decoder {
        void decode(byte[] bytes) throws Exception;
    }

    /**
     * A decoder, something that it reads, and how it may refuse.
     *
     * @param failures exceptions that its contract names
     */
    private record Case(
            String name, byte[] good, Set<Class<? extends Exception>> failures, Decoder decoder) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<Case> cases() throws IOException {
        Versions versions = Versions.small();
        ModelSpec spec = versions.spec();
        float[] weights = new float[spec.parameterCount()];
        Random random = new Random(SEED);
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        float[] next = weights.clone();
        for (int i = 0; i < next.length; i += 3) {
            next[i] += 0.1f;
        }
        Set<Class<? extends Exception>> invalid = Set.of(InvalidModelException.class);
        byte[] json = spec.toJson().getBytes(StandardCharsets.UTF_8);
        return Stream.of(
                new Case(
                        "safetensors",
                        anchor(spec, weights, AnchorEncoding.F32),
                        invalid,
                        SafeTensors::read),
                new Case(
                        "anchor f32",
                        anchor(spec, weights, AnchorEncoding.F32),
                        invalid,
                        Anchor::decode),
                new Case(
                        "anchor f16",
                        anchor(spec, weights, AnchorEncoding.F16),
                        invalid,
                        Anchor::decode),
                new Case(
                        "anchor i8",
                        anchor(spec, weights, AnchorEncoding.I8_ROW),
                        invalid,
                        Anchor::decode),
                new Case(
                        "delta",
                        Delta.between(weights, next, 14, AnchorEncoding.F32).toBytes(),
                        invalid,
                        bytes -> Delta.decode(bytes, weights.length).addTo(spec, weights.clone())),
                new Case(
                        "specification",
                        json,
                        invalid,
                        bytes -> ModelSpec.fromJson(new String(bytes, StandardCharsets.UTF_8))),
                record("manifest", versions.version(7).manifest()),
                record("alias", new Alias("student", "@live", 7L, 3L, 0L, "", empty())),
                record(
                        "order",
                        new Control(
                                "student", Order.OVERRIDE, 5L, "me", "why", 2L, 0L, "", empty())),
                record("chunk", versions.version(7).chunks().get(0)),
                new Case(
                        "last good model",
                        new LastGoodFile(
                                        versions.version(7).record(),
                                        anchor(spec, weights, AnchorEncoding.F32))
                                .toBytes(),
                        Set.of(IOException.class),
                        bytes -> LastGoodFile.read(file(bytes), 1 << 20)),
                new Case(
                        "highest seen",
                        "{\"topicId\":\"x\",\"version\":7,\"weightsDigest\":\"00\",\"liveSequence\":7,\"orderVersion\":0,\"orderSequence\":3}"
                                .getBytes(StandardCharsets.UTF_8),
                        Set.of(IOException.class),
                        bytes -> {
                            Files.write(folder.resolve("student.seen.json"), bytes);
                            new SeenFile(folder, "student").load();
                        }),
                new Case(
                        "public key",
                        Files.readAllBytes(KeyPairs.generate(folder, "fuzz").publicFile()),
                        Set.of(KeyFileException.class),
                        bytes -> TrustedKeys.read(List.of(file(bytes)))));
    }

    private static ByteBuffer empty() {
        return ByteBuffer.allocate(0);
    }

    private static byte[] anchor(ModelSpec spec, float[] weights, AnchorEncoding encoding) {
        ByteBuffer flat =
                ByteBuffer.allocate(weights.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        flat.asFloatBuffer().put(weights);
        return Anchor.encode(spec, flat, encoding);
    }

    private static Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("fuzzed"), bytes);
    }

    /** A record in the wire format; what cannot be read is a value, never an exception. */
    private static Case record(String name, SpecificRecord record) {
        RecordCodec codec = RecordCodec.reading(Topics.DEFAULT, LocalAvro.SCHEMAS);
        Topic topic = record instanceof WeightsChunk ? Topic.MODEL_WEIGHTS : Topic.MODEL_REGISTRY;
        byte[] good = new LocalAvro.Writer().serialize("", record);
        return new Case(
                name,
                good,
                Set.of(),
                bytes -> {
                    // The schema's id leads to a schema that is known: the rest is the decoder's.
                    byte[] wire = bytes.clone();
                    System.arraycopy(good, 0, wire, 0, Math.min(wire.length, HEADER_BYTES));
                    codec.decode(topic, wire, record.getClass());
                });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void anythingIsReadOrRefusedAsDeclaredWithinItsBytes(Case fuzzed) throws Exception {
        Mutations mutations = new Mutations(SEED);
        fuzzed.decoder.decode(fuzzed.good);

        for (int i = 0; i < WARM_UP + MUTATIONS; i++) {
            // Given
            byte[] spoilt = mutations.of(fuzzed.good);

            // When, twice, because a new kind of failure loads classes
            Optional<Exception> refused = decode(fuzzed, spoilt);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            decode(fuzzed, spoilt);
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;

            // Then
            String which = "mutation " + i + " of seed " + SEED + ", " + spoilt.length + " bytes";
            if (refused.isPresent()) {
                assertThat(refused.get())
                        .as(which)
                        .isInstanceOfAny(fuzzed.failures.toArray(new Class<?>[0]));
            }
            if (i >= WARM_UP) {
                assertThat(allocated)
                        .as("bytes allocated for " + which)
                        .isLessThan(BASE_BYTES + (long) BYTES_PER_BYTE * spoilt.length);
            }
        }
    }

    private static Optional<Exception> decode(Case fuzzed, byte[] bytes) {
        try {
            fuzzed.decoder.decode(bytes);
            return Optional.empty();
        } catch (Exception refused) {
            // Of whatever kind: that is what is tested.
            return Optional.of(refused);
        }
    }
}
