package io.decant.trainer.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.decant.model.checkpoint.Anchor;
import io.decant.model.digest.Sha256;
import io.decant.model.forward.MlpForward;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.model.step.StepSettings;
import io.decant.records.CheckpointManifest;
import io.decant.records.Lineage;
import io.decant.records.OffsetRange;
import io.decant.records.PairKind;
import io.decant.topics.Topic;
import io.decant.trainer.learn.Learner;
import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.learn.LearningSettings;
import io.decant.trainer.learn.Logits;
import io.decant.trainer.learn.Pair;
import io.decant.trainer.learn.PredictionListener;
import io.decant.trainer.learn.SpanTracker;
import io.decant.trainer.lease.Term;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.junit.jupiter.api.Test;

class VersionRecordsTest {
    private static final int INPUTS = 784;
    private static final int CLASSES = 10;
    private static final StateSchedule SCHEDULE = new StateSchedule(8 << 20, 10, 100);
    private static final Map<Topic, String> TOPIC_IDS =
            Map.of(
                    Topic.TRAINER_STATE, "state-topic-id-2222222",
                    Topic.MODEL_WEIGHTS, "weights-topic-id-22222");

    @Test
    void chunksHoldTheWholeStateAndTheWholeModel() {
        // Given
        Checkpoint checkpoint = checkpoint();
        // When
        Sealed sealed = Sealed.of(checkpoint, SCHEDULE);
        // Then
        byte[] state = joined(sealed.stateChunks());
        assertThat(sealed.stateChunks())
                .hasSizeGreaterThan(1)
                .allMatch(chunk -> chunk.remaining() <= 900_000);
        assertThat(Sha256.of(state)).isEqualTo(sealed.stateDigest());
        assertThat(LearnerState.read(state).header()).isEqualTo(checkpoint.state().header());
        Anchor anchor = Anchor.decode(joined(sealed.anchorChunks()));
        assertThat(anchor.weightsDigest()).isEqualTo(sealed.weightsDigest());
        assertThat(anchor.weights()).isEqualTo(checkpoint.state().studentAverage());
        assertThat(anchor.spec().cannedInputs()).hasSize(8);
    }

    @Test
    void theManifestIsSmallAndSaysHowToCheckTheVersion() throws Exception {
        // Given
        Sealed sealed = Sealed.of(checkpoint(), SCHEDULE);
        VersionRecords records =
                new VersionRecords(
                        sealed,
                        new Provenance(TOPIC_IDS, "DJL 0.35.1, libtorch 2.7.1, 1 thread", "cpu", 1),
                        123);
        // When
        CheckpointManifest manifest =
                records.manifest(
                        records.range(Topic.TRAINER_STATE, 1, 1_000_000_000L, 1_000_000_004L),
                        records.range(Topic.MODEL_WEIGHTS, 1, 1_000_000_000L, 1_000_000_001L));
        // Then
        assertThat(manifest.getStateSlot()).isEqualTo("1");
        assertThat(manifest.getStateParts()).isEqualTo(sealed.stateChunks().size());
        assertThat(CheckpointManifest.getEncoder().encode(manifest).remaining()).isLessThan(2_000);
        assertThat(manifest.getVersion()).isEqualTo(7);
        assertThat(manifest.getParentVersion()).isEqualTo(6);
        assertThat(manifest.getJournal())
                .containsExactly(
                        new OffsetRange("journal-topic-id-22222", 0, 5L, 45L),
                        new OffsetRange("journal-topic-id-22222", 1, 9L, 9L));
        assertThat(manifest.getSpecDigest()).isEqualTo(ByteBuffer.wrap(sealed.spec().digest()));
        assertThat(manifest.getForms().get(0).getChunkDigests())
                .containsExactly(ByteBuffer.wrap(Sha256.of(sealed.anchorChunks().get(0))));
        Anchor anchor = Anchor.decode(joined(sealed.anchorChunks()));
        MlpForward forward = new MlpForward(anchor.spec());
        float[] out = new float[CLASSES];
        forward.logits(
                forward.weights(anchor.floats()),
                anchor.spec().cannedInputs().get(3).bytes(),
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
        Checkpoint checkpoint = checkpoint();
        Sealed sealed = Sealed.of(checkpoint, SCHEDULE);
        // When
        Lineage lineage =
                new VersionRecords(sealed, new Provenance(TOPIC_IDS, "e", "c", 42), 123).lineage();
        // Then
        assertThat(lineage.getSpans()).hasSize(1);
        assertThat(lineage.getSpans().get(0).getRecords()).isEqualTo(40);
        assertThat(lineage.getBorders()).containsExactly(40L);
        assertThat(lineage.getStartOffsets()).containsExactly(5L, 9L);
        assertThat(lineage.getConfiguration()).containsExactly(Map.entry("alpha", "0.7"));
        assertThat(lineage.getFinished()).isTrue();
        assertThat(lineage.getSeed()).isEqualTo(42);
        assertThat(lineage.getStateDigest()).isEqualTo(ByteBuffer.wrap(sealed.stateDigest()));
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

    private static Checkpoint checkpoint() {
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
                        65_536);
        SpanTracker spans = new SpanTracker(List.of(5L, 9L));
        try (Learner learner = Learner.genesis(settings, PredictionListener.NONE)) {
            for (int i = 0; i < 40; i++) {
                byte[] features = new byte[INPUTS];
                random.nextBytes(features);
                spans.delivered(0, 5 + i, features, features);
                learner.take(
                        new Pair(
                                PairKind.SOFT_ONLY,
                                "s" + i,
                                ByteBuffer.wrap(features),
                                Optional.of(Logits.owning(new float[CLASSES])),
                                Optional.empty(),
                                "t",
                                1));
            }
            learner.learnOpen();
            spans.border();
            LearnerState state =
                    learner.snapshot(
                            new LearnerState.Header(
                                    "student",
                                    7,
                                    "journal-topic-id-22222",
                                    spans.nextOffsets(),
                                    Map.of("alpha", "0.7")));
            return new Checkpoint(
                    state,
                    spans.endVersion(),
                    1,
                    Set.of("t"),
                    Map.of("pairs_learned", 40.0),
                    List.of(),
                    true,
                    Orders.UNKNOWN,
                    new Term(
                            new MockConsumer<byte[], byte[]>("none").groupMetadata(),
                            Duration.ofSeconds(1)));
        }
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
