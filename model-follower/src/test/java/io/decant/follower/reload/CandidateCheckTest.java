package io.decant.follower.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.follower.ManualClock;
import io.decant.follower.Versions;
import io.decant.follower.Versions.Published;
import io.decant.follower.reload.CandidateCheck.Verdict;
import io.decant.model.digest.Sha256;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.InvalidModelException;
import io.decant.records.WeightsChunk;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CandidateCheckTest {
    private static Verdict check(Published version, List<WeightsChunk> chunks) {
        try {
            return Versions.CHECK.check(
                    version.record(), FormFile.of(version.manifest(), version.form(), chunks));
        } catch (InvalidModelException damaged) {
            return new Verdict.Refused(damaged.getMessage());
        }
    }

    @Test
    void acceptsWhatItsManifestSaysAndAnswersWithItsWeights() {
        // Given
        Published seven = Versions.small().version(7);

        // When
        Verdict verdict = check(seven, seven.chunks());

        // Then
        assertThat(seven.chunks()).hasSizeGreaterThan(1);
        assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
        ServingModel model =
                ServingModel.of((Verdict.Accepted) verdict, new ManualClock().instant());
        float[] logits = new float[Versions.CLASSES];
        model.logits(new byte[] {1, 2, 3, 4}, 0, logits);
        assertThat(logits).containsExactly(Versions.logits(7));
        assertThat(model.id()).isEqualTo(VersionId.of(seven.manifest()));
    }

    /** A change to a version or its chunks that must be noticed. */
    private interface Damage {
        void to(Published version, List<WeightsChunk> chunks);
    }

    private static Stream<Arguments> damages() {
        return Stream.of(
                row("a chunk is gone", "range holds", (v, chunks) -> chunks.remove(1)),
                row(
                        "chunks are swapped",
                        "chunk 0 of",
                        (v, chunks) -> Collections.swap(chunks, 0, 1)),
                row(
                        "a bit flipped on the way",
                        "chunk 1 of 3 does not have the SHA-256",
                        (v, chunks) -> chunks.set(1, flipped(chunks.get(1), 3))),
                row(
                        "a chunk is of another version",
                        "expected version 7",
                        (v, chunks) -> chunks.get(0).setVersion(6)),
                row(
                        "the announced size is too small",
                        "the manifest announces 600",
                        (v, chunks) -> v.form().setBytes(600)),
                row(
                        "the announced size is too large",
                        "the manifest announces 5000",
                        (v, chunks) -> v.form().setBytes(5000)),
                row(
                        "the chunks are no safetensors file",
                        "its weights cannot be used",
                        (v, chunks) -> announce(v, chunks, 0, flipped(chunks.get(0), 0))),
                row(
                        "weights differ from the manifest's digest",
                        "the version's weights must have the SHA-256",
                        (v, chunks) ->
                                announce(
                                        v,
                                        chunks,
                                        2,
                                        flipped(
                                                chunks.get(2),
                                                chunks.get(2).getData().remaining() - 1))),
                row(
                        "the manifest is of another specification",
                        "its specification does not have the SHA-256",
                        (v, chunks) -> v.manifest().setSpecDigest(ByteBuffer.allocate(32))),
                row(
                        "the manifest has another weights digest",
                        "the version's weights must have the SHA-256",
                        (v, chunks) -> v.manifest().setWeightsDigest(ByteBuffer.allocate(32))),
                row(
                        "the trainer expected another answer",
                        "it answers 7.125 for class 1 of canned input 1; its trainer expects 7.14",
                        (v, chunks) ->
                                v.manifest()
                                        .setExpectedLogits(
                                                List.of(
                                                        List.of(7f, 7.125f, 7.25f),
                                                        List.of(7f, 7.14f, 7.25f)))),
                row(
                        "the trainer expected no number",
                        "the manifest expects [7.0, NaN, 7.25] for canned input 0",
                        (v, chunks) ->
                                v.manifest()
                                        .setExpectedLogits(
                                                List.of(
                                                        List.of(7f, Float.NaN, 7.25f),
                                                        List.of(7f, 7.125f, 7.25f)))),
                row(
                        "expected answers are missing",
                        "expected logits for 0 canned inputs; the specification has 2",
                        (v, chunks) -> v.manifest().setExpectedLogits(List.of())),
                row(
                        "expected answers have another class count",
                        "expects 2 logits",
                        (v, chunks) ->
                                v.manifest()
                                        .setExpectedLogits(
                                                List.of(List.of(7f, 7f), List.of(7f, 7f)))));
    }

    private static Arguments row(String name, String reason, Damage damage) {
        return Arguments.of(name, reason, damage);
    }

    private static WeightsChunk flipped(WeightsChunk chunk, int index) {
        ByteBuffer data = ByteBuffer.allocate(chunk.getData().remaining());
        data.put(chunk.getData().duplicate()).flip();
        data.put(index, (byte) (data.get(index) ^ 0x40));
        return WeightsChunk.newBuilder(chunk).setData(data).build();
    }

    /** Replaces a chunk, and lets the manifest announce the replacement. */
    private static void announce(
            Published version, List<WeightsChunk> chunks, int part, WeightsChunk chunk) {
        chunks.set(part, chunk);
        List<ByteBuffer> digests = new ArrayList<>(version.form().getChunkDigests());
        digests.set(part, ByteBuffer.wrap(Sha256.of(chunk.getData())));
        version.form().setChunkDigests(digests);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    void refusesADamagedVersionAndSaysWhatIsWrong(String name, String reason, Damage damage) {
        // Given
        Published seven = Versions.small().version(7);
        List<WeightsChunk> chunks = new ArrayList<>(seven.chunks());
        damage.to(seven, chunks);

        // When
        Verdict verdict = check(seven, chunks);

        // Then
        assertThat(verdict).isInstanceOf(Verdict.Refused.class);
        assertThat(((Verdict.Refused) verdict).reason()).contains(reason);
    }

    @Test
    void refusesAModelThatAnswersWithNoNumber() {
        // Given weights that are what the manifest says, and not finite
        Versions versions = Versions.small();
        float[] weights = new float[versions.spec().parameterCount()];
        weights[weights.length - 1] = Float.POSITIVE_INFINITY;
        Published bad = versions.version(7, weights);

        // When
        Verdict verdict = check(bad, bad.chunks());

        // Then
        assertThat(((Verdict.Refused) verdict).reason())
                .isEqualTo("it answers Infinity for canned input 0");
    }

    @Test
    void asksAModelWithoutCannedInputsForZeros() {
        // Given
        Versions plain =
                new Versions(
                        Versions.of(new InputSpec(DType.F32, List.of(4), 1, 0, 1))
                                .spec()
                                .withCannedInputs(List.of()));
        float[] weights = new float[plain.spec().parameterCount()];
        weights[weights.length - 1] = Float.NaN;
        Published good = plain.version(1);
        Published bad = plain.version(2, weights);

        // When
        Verdict first = check(good, good.chunks());
        Verdict second = check(bad, bad.chunks());

        // Then
        assertThat(first).isInstanceOf(Verdict.Accepted.class);
        assertThat(((Verdict.Refused) second).reason()).isEqualTo("it answers NaN for zeros");
    }
}
