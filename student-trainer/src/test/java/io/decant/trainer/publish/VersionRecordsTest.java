package io.decant.trainer.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.decant.model.checkpoint.Anchor;
import io.decant.model.checkpoint.ErrorFeedback;
import io.decant.model.checkpoint.WeightsChain;
import io.decant.model.digest.Sha256;
import io.decant.model.forward.MlpForward;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.model.step.StepSettings;
import io.decant.records.CheckpointForm;
import io.decant.records.CheckpointManifest;
import io.decant.records.FormKind;
import io.decant.records.Lineage;
import io.decant.records.OffsetRange;
import io.decant.records.PairKind;
import io.decant.records.WeightEncoding;
import io.decant.trainer.gate.GateDecision;
import io.decant.trainer.journal.JournalLearner;
import io.decant.trainer.journal.JournalRecord;
import io.decant.trainer.journal.Reading;
import io.decant.trainer.learn.Learner;
import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.learn.LearningSettings;
import io.decant.trainer.learn.Logits;
import io.decant.trainer.learn.Pair;
import io.decant.trainer.learn.PredictionListener;
import io.decant.trainer.lease.Term;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.junit.jupiter.api.Test;

class VersionRecordsTest {
    private static final int INPUTS = 784;
    private static final int CLASSES = 10;
    private static final StateSchedule SCHEDULE = new StateSchedule(8 << 20, 10, 100);

    @Test
    void chunksHoldTheWholeStateAndTheWholeModel() {
        // Given
        List<Sealed> sealed = sealed(1, false);
        // When
        Sealed first = sealed.get(0);
        // Then
        Checkpoint checkpoint = first.checkpoint();
        byte[] state = joined(first.stateChunks());
        assertThat(first.stateChunks())
                .hasSizeGreaterThan(1)
                .allMatch(chunk -> chunk.remaining() <= 900_000);
        assertThat(Sha256.of(state)).isEqualTo(first.stateDigest());
        assertThat(LearnerState.read(state).header()).isEqualTo(checkpoint.state().header());
        Anchor anchor = Anchor.decode(joined(first.forms().get(0).chunks()));
        assertThat(anchor.weightsDigest()).isEqualTo(first.weights().digest());
        assertThat(anchor.weights()).isEqualTo(checkpoint.state().studentAverage());
        assertThat(anchor.spec().cannedInputs()).hasSize(8);
    }

    @Test
    void theFirstVersionIsAnAnchorTheNextAreDeltasAndEveryTenthIsBoth() {
        // When
        List<Sealed> sealed = sealed(11, true);
        // Then
        assertThat(sealed)
                .extracting(version -> version.forms().stream().map(SealedForm::kind).toList())
                .containsExactly(
                        List.of(FormKind.ANCHOR),
                        List.of(FormKind.DELTA),
                        List.of(FormKind.DELTA),
                        List.of(FormKind.DELTA),
                        List.of(FormKind.DELTA),
                        List.of(FormKind.DELTA),
                        List.of(FormKind.DELTA),
                        List.of(FormKind.DELTA),
                        List.of(FormKind.DELTA),
                        List.of(FormKind.DELTA, FormKind.ANCHOR),
                        List.of(FormKind.ANCHOR));
        WeightsChain reader = WeightsChain.start(bytes(sealed.get(0), 0), digest(sealed.get(0)));
        for (Sealed version : sealed.subList(1, 10)) {
            reader = reader.then(bytes(version, 0), digest(version));
            assertThat(version.forms().get(0).bytes()).isLessThan(20_000);
        }
        assertThat(reader.weights())
                .isEqualTo(
                        WeightsChain.start(bytes(sealed.get(9), 1), digest(sealed.get(9)))
                                .weights());
        assertThat(digest(sealed.get(10))).isEqualTo(sealed.get(10).averageDigest());
        assertThat(digest(sealed.get(9))).isNotEqualTo(sealed.get(9).averageDigest());
    }

    @Test
    void aDeltaThatWouldNotGiveTheVersionIsNeverSent() {
        // Given
        List<Sealed> sealed = sealed(3, false);
        Checkpoint third = sealed.get(2).checkpoint();
        // When, Then: on the weights of the version before its parent
        assertThatThrownBy(
                        () ->
                                Sealed.of(
                                        third,
                                        Optional.of(sealed.get(0).weights()),
                                        Optional.empty(),
                                        SCHEDULE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("version 3 is not published");
        assertThatThrownBy(() -> Sealed.of(third, Optional.empty(), Optional.empty(), SCHEDULE))
                .hasMessageContaining("its parent is not known");
    }

    @Test
    void theManifestIsSmallAndSaysHowToCheckTheVersion() throws Exception {
        // Given: a version in both forms
        Sealed sealed = sealed(10, false).get(9);
        VersionRecords records =
                new VersionRecords(
                        sealed,
                        new Provenance(Map.of(), "DJL 0.35.1, libtorch 2.7.1, 1 thread", "cpu", 1),
                        1_800_000_000_000L);
        List<OffsetRange> weights =
                List.of(
                        range("weights-topic-id-22222", 1_000_000_000L, 1_000_000_001L),
                        range("weights-topic-id-22222", 1_000_000_001L, 1_000_000_002L));
        // When
        CheckpointManifest manifest =
                records.manifest(
                        range("state-topic-id-2222222", 1_000_000_000L, 1_000_000_004L), weights);
        // Then
        manifest.setSignatureKeyId("0123456789abcdef");
        manifest.setSignature(ByteBuffer.allocate(64));
        manifest.setGateReason("x".repeat(GateDecision.MAX_REASON));
        assertThat(CheckpointManifest.getEncoder().encode(manifest).remaining()).isLessThan(2_000);
        assertThat(manifest.getStateSlot()).isEqualTo("1");
        assertThat(manifest.getStateParts()).isEqualTo(sealed.stateChunks().size());
        assertThat(manifest.getVersion()).isEqualTo(10);
        assertThat(manifest.getParentVersion()).isEqualTo(9);
        assertThat(manifest.getJournal())
                .containsExactly(
                        new OffsetRange(
                                "journal-topic-id-22222", 0, 1_000_000_360L, 1_000_000_400L),
                        new OffsetRange(
                                "journal-topic-id-22222", 1, 2_000_000_000L, 2_000_000_000L),
                        new OffsetRange(
                                "journal-topic-id-22222", 2, 3_000_000_000L, 3_000_000_000L),
                        new OffsetRange(
                                "journal-topic-id-22222", 3, 4_000_000_000L, 4_000_000_000L));
        assertThat(manifest.getSpecDigest()).isEqualTo(ByteBuffer.wrap(sealed.spec().digest()));
        assertThat(manifest.getEmaDigest()).isNotEqualTo(manifest.getWeightsDigest());
        CheckpointForm delta = manifest.getForms().get(0);
        assertThat(delta.getForm()).isEqualTo(FormKind.DELTA);
        assertThat(delta.getEncoding()).isEqualTo(WeightEncoding.F16);
        assertThat(delta.getChunks()).isEqualTo(weights.get(0));
        assertThat(delta.getBytes()).isEqualTo(bytes(sealed, 0).length);
        CheckpointForm anchor = manifest.getForms().get(1);
        assertThat(anchor.getForm()).isEqualTo(FormKind.ANCHOR);
        assertThat(anchor.getEncoding()).isEqualTo(WeightEncoding.F32);
        assertThat(anchor.getChunks()).isEqualTo(weights.get(1));
        assertThat(anchor.getChunkDigests())
                .containsExactly(ByteBuffer.wrap(Sha256.of(bytes(sealed, 1))));
        MlpForward forward = new MlpForward(sealed.spec());
        float[] out = new float[CLASSES];
        forward.logits(
                forward.weights(sealed.weights().weights()),
                sealed.spec().cannedInputs().get(3).bytes(),
                0,
                out);
        assertThat(manifest.getExpectedLogits()).hasSize(8);
        for (int c = 0; c < CLASSES; c++) {
            assertThat(manifest.getExpectedLogits().get(3).get(c)).isCloseTo(out[c], within(0f));
        }
    }

    @Test
    void lineageHoldsWhatReplayNeeds() {
        // Given
        Sealed sealed = sealed(2, true).get(1);
        // When
        Lineage lineage =
                new VersionRecords(sealed, new Provenance(Map.of(), "e", "c", 42), 123).lineage();
        // Then
        assertThat(lineage.getSpans()).hasSize(1);
        assertThat(lineage.getSpans().get(0).getRecords()).isEqualTo(40);
        assertThat(lineage.getBorders()).containsExactly(40L);
        assertThat(lineage.getStartOffsets())
                .containsExactly(1_000_000_040L, 2_000_000_000L, 3_000_000_000L, 4_000_000_000L);
        assertThat(lineage.getConfiguration()).containsExactly(Map.entry("alpha", "0.7"));
        assertThat(lineage.getFinished()).isTrue();
        assertThat(lineage.getSeed()).isEqualTo(42);
        assertThat(lineage.getStateDigest()).isEqualTo(ByteBuffer.wrap(sealed.stateDigest()));
        assertThat(lineage.getWeightsDigest()).isEqualTo(ByteBuffer.wrap(digest(sealed)));
    }

    @Test
    void aLargeStateIsWrittenWithSomeVersionsOnlyAndTheManifestSaysSo() {
        // Given: no state is small, and version 7 is no multiple of 10, but it ends its stream
        StateSchedule seldom = new StateSchedule(1, 10, 100);
        // When, Then
        assertThat(seldom.slot(7, 2, false)).isEmpty();
        assertThat(seldom.slot(7, 2, true)).contains("0");
        assertThat(seldom.slot(20, 2, false)).contains("2");
        assertThat(seldom.slot(200, 2, false)).contains("kept-200");
    }

    private static OffsetRange range(String topicId, long from, long to) {
        return new OffsetRange(topicId, 1, from, to);
    }

    private static byte[] digest(Sealed version) {
        return version.weights().digest();
    }

    private static byte[] bytes(Sealed version, int form) {
        return joined(version.forms().get(form).chunks());
    }

    /** Versions of 40 pairs each. */
    private static List<Sealed> sealed(int versions, boolean finished) {
        SplittableRandom random = new SplittableRandom(1);
        LearningSettings settings =
                new LearningSettings(
                        ModelSpec.mlp(
                                List.of(INPUTS, 128, CLASSES),
                                new InputSpec(DType.U8, List.of(28, 28), 1 / 255.0, 0.1, 0.3)),
                        StepSettings.defaults(),
                        0.7,
                        true,
                        LearningSettings.Initial.UNIFORM,
                        1,
                        65_536,
                        ErrorFeedback.DEFAULT);
        List<Sealed> sealed = new ArrayList<>();
        Optional<WeightsChain> parent = Optional.empty();
        try (JournalLearner learner =
                new JournalLearner(
                        "journal-topic-id-22222",
                        Learner.genesis(settings, PredictionListener.NONE),
                        List.of(1_000_000_000L, 2_000_000_000L, 3_000_000_000L, 4_000_000_000L))) {
            for (int version = 1; version <= versions; version++) {
                for (int i = 0; i < 40; i++) {
                    long offset = learner.nextOffsets().get(0);
                    byte[] features = new byte[INPUTS];
                    random.nextBytes(features);
                    learner.take(
                            new JournalRecord(0, offset, 1, features, features),
                            new Reading.Usable(pair("s" + offset, features)));
                }
                boolean last = finished && version == versions;
                Map<String, String> bits = Map.of("alpha", "0.7");
                Checkpoint checkpoint =
                        checkpoint(learner.endVersion("student", version, last, bits), last);
                sealed.add(Sealed.of(checkpoint, parent, Optional.empty(), SCHEDULE));
                parent = Optional.of(sealed.get(version - 1).weights());
            }
        }
        return sealed;
    }

    private static Pair pair(String id, byte[] features) {
        return new Pair(
                PairKind.SOFT_ONLY,
                id,
                ByteBuffer.wrap(features),
                Optional.of(Logits.owning(new float[CLASSES])),
                Optional.empty(),
                "t",
                1);
    }

    private static Checkpoint checkpoint(JournalLearner.Version version, boolean last) {
        Map<String, Double> metrics =
                VersionRecords.IN_MANIFEST.stream()
                        .collect(Collectors.toMap(name -> name, name -> 0.5));
        return new Checkpoint(
                version.state(),
                version.forms(),
                version.gate(),
                version.state().header().version(),
                version.intake(),
                1_800_000_000_000L,
                Set.of("fashion-teacher-1"),
                metrics,
                List.of(),
                List.of(),
                last,
                Orders.UNKNOWN,
                new Term(
                        new MockConsumer<byte[], byte[]>("none").groupMetadata(),
                        Duration.ofSeconds(1)));
    }

    private static byte[] joined(List<ByteBuffer> chunks) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuffer chunk : chunks) {
            byte[] bytes = new byte[chunk.remaining()];
            chunk.duplicate().get(bytes);
            all.writeBytes(bytes);
        }
        return all.toByteArray();
    }
}
