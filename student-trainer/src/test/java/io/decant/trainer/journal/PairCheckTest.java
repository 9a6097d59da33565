package io.decant.trainer.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.pipeline.record.SampledPayload;
import io.decant.pipeline.record.SoftTargetPayload;
import io.decant.records.DeadLetterReason;
import io.decant.records.Encoding;
import io.decant.records.Label;
import io.decant.records.Outcome;
import io.decant.records.PairKind;
import io.decant.records.Prefix8;
import io.decant.records.SoftTarget;
import io.decant.records.Tensor;
import io.decant.records.TrainingPair;
import io.decant.trainer.learn.Answer;
import io.decant.trainer.learn.LabelClass;
import io.decant.trainer.learn.Pair;
import io.decant.trainer.learn.TeacherSettings;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PairCheckTest {
    private static final ModelSpec SPEC =
            ModelSpec.mlp(List.of(4, 3), new InputSpec(DType.U8, List.of(2, 2), 1, 0, 1));
    private final PairCheck check = new PairCheck(SPEC, 3, 1, TeacherSettings.EQUAL, List.of());

    @Test
    void logitsAreRawAgainWhateverTemperatureTheyTravelledAt() {
        // Given
        TrainingPair record = labelled();
        record.getSoftTargets().get(0).setTemperature(4f);
        // When
        Pair pair = good(record);
        // Then
        assertThat(pair.teacher().orElseThrow().argmax()).isEqualTo(1);
        assertThat(pair.label()).contains(LabelClass.of(2));
        assertThat(pair.answers()).extracting(Answer::teacherId).containsExactly("t");
    }

    @Test
    void allTeachersAnswersAreTakenInTheOrderOfTheRecord() {
        // Given
        TrainingPair record = labelled();
        SoftTarget other = target(labelled());
        other.setTeacherId("a");
        record.setSoftTargets(List.of(target(record), other));

        // When
        Pair pair = good(record);

        // Then
        assertThat(pair.answers()).extracting(Answer::teacherId).containsExactly("t", "a");
        assertThat(pair.teacher().orElseThrow()).isSameAs(pair.answers().get(0).logits());
    }

    @Test
    void aTeacherWithoutAFixedWeightIsRefused() {
        // Given
        PairCheck fixed = weighing(Map.of("big", 2.0, "bigger", 1.0));

        // When
        Reading checked = fixed.check(labelled());

        // Then
        assertThat(((Reading.Refused) checked).detail())
                .isEqualTo(
                        "the teacher 't' has no weight; expected one of [big, bigger] as teachers.weights says");
    }

    private static PairCheck weighing(Map<String, Double> weights) {
        TeacherSettings fixed =
                new TeacherSettings(TeacherSettings.Weighting.FIXED, weights, 0.02, 0.998);
        return new PairCheck(SPEC, 3, 1, fixed, List.of());
    }

    @Test
    void anAnswerOfWeight0IsDroppedUnreadFromThePair() {
        // Given a pair whose first answer is of other classes
        TrainingPair record = labelled();
        target(record).setClassCount(4);
        SoftTarget other = target(labelled());
        other.setTeacherId("peer");
        record.setSoftTargets(List.of(target(record), other));

        // When
        Pair pair = good(weighing(Map.of("t", 0.0, "peer", 1.0)).check(record));

        // Then
        assertThat(pair.kind()).isEqualTo(PairKind.LABELLED);
        assertThat(pair.answers()).extracting(Answer::teacherId).containsExactly("peer");
    }

    @Test
    void aPairOfNothingButAnswersOfWeight0TeachesItsLabelAlone() {
        // When
        Pair pair = good(weighing(Map.of("t", 0.0)).check(labelled()));

        // Then
        assertThat(pair.kind()).isEqualTo(PairKind.LABEL_ONLY);
        assertThat(pair.answers()).isEmpty();
        assertThat(pair.teacher()).isEmpty();
        assertThat(pair.label()).contains(LabelClass.of(2));
    }

    @Test
    void withoutALabelItIsLeftOut() {
        // Given
        TrainingPair record = labelled();
        record.setKind(PairKind.SOFT_ONLY);
        record.setLabel(null);

        // When
        Reading checked = weighing(Map.of("t", 0.0)).check(record);

        // Then
        assertThat(checked).isEqualTo(new Reading.LeftOut("s"));
    }

    @Test
    void aCorrectionNeedsNoTeacher() {
        // Given
        TrainingPair record = labelled();
        record.setKind(PairKind.LABEL_CORRECTION);
        record.setSoftTargets(List.of());
        // When
        Pair pair = good(record);
        // Then
        assertThat(pair.teacher()).isEmpty();
        assertThat(pair.label()).contains(LabelClass.of(2));
    }

    @Test
    void aDistributionIsScoredByItsLikeliestClass() {
        // Given
        TrainingPair record = labelled();
        record.getLabel().setClassIndex(null);
        record.getLabel().setDistribution(List.of(0.1f, 0.8f, 0.1f));
        // When, Then
        assertThat(good(record).label().orElseThrow().scored()).isEqualTo(1);
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                row(r -> r.setKind(PairKind.UNKNOWN), DeadLetterReason.UNKNOWN_SYMBOL, "kind"),
                row(
                        r -> r.getFeatures().setShape(List.of(4)),
                        DeadLetterReason.WRONG_SHAPE,
                        "[2, 2]"),
                row(
                        r -> r.getFeatures().setDtype(io.decant.records.DType.F32),
                        DeadLetterReason.WRONG_SHAPE,
                        "U8"),
                row(
                        r -> r.getFeatures().setData(ByteBuffer.allocate(3)),
                        DeadLetterReason.WRONG_SHAPE,
                        "3 bytes"),
                row(
                        r -> r.setSoftTargets(List.of()),
                        DeadLetterReason.INVALID_VALUE,
                        "no soft target"),
                row(r -> r.setLabel(null), DeadLetterReason.INVALID_VALUE, "no label"),
                row(
                        r -> r.getLabel().setClassIndex(3),
                        DeadLetterReason.CLASS_OUT_OF_RANGE,
                        "0 to 2"),
                row(r -> r.getLabel().setClassIndex(-1), DeadLetterReason.CLASS_OUT_OF_RANGE, "-1"),
                row(
                        r -> r.getLabel().setClassIndex(null),
                        DeadLetterReason.INVALID_VALUE,
                        "either"),
                row(r -> distribution(r, 0.5f, 0.1f, 0.1f), DeadLetterReason.INVALID_VALUE, "sum"),
                row(r -> distribution(r, 1.5f, -0.5f, 0f), DeadLetterReason.INVALID_VALUE, "sum"),
                row(r -> distribution(r, 1f), DeadLetterReason.INVALID_VALUE, "1 entries"),
                row(
                        r -> target(r).setOutcome(Outcome.SKIPPED),
                        DeadLetterReason.INVALID_VALUE,
                        "SKIPPED"),
                row(
                        r -> target(r).setOutcome(Outcome.UNKNOWN),
                        DeadLetterReason.UNKNOWN_SYMBOL,
                        "outcome"),
                row(
                        r -> target(r).setEncoding(Encoding.UNKNOWN),
                        DeadLetterReason.UNKNOWN_SYMBOL,
                        "encoding"),
                row(
                        r -> target(r).setTemperature(0f),
                        DeadLetterReason.INVALID_VALUE,
                        "temperature"),
                row(
                        r -> target(r).setTemperature(Float.NaN),
                        DeadLetterReason.INVALID_VALUE,
                        "temperature"),
                row(
                        PairCheckTest::sampleAnswer,
                        DeadLetterReason.INVALID_VALUE,
                        "sampled at temperature 1.0, and draws cannot be softened again to the trainer's 3.0"),
                row(
                        r -> target(r).setTemperature(3e38f),
                        DeadLetterReason.NOT_FINITE,
                        "not finite"),
                row(
                        r -> r.setSoftTargets(List.of(target(r), target(r))),
                        DeadLetterReason.INVALID_VALUE,
                        "stands in the pair twice"),
                row(
                        r -> target(r).setTeacherId("t".repeat(101)),
                        DeadLetterReason.INVALID_VALUE,
                        "at most 100 characters"),
                row(
                        r -> r.setSoftTargets(Collections.nCopies(17, target(r))),
                        DeadLetterReason.INVALID_VALUE,
                        "17 soft targets; expected at most 16"),
                row(r -> target(r).setClassCount(4), DeadLetterReason.WRONG_SHAPE, "4 classes"),
                row(
                        r -> target(r).setPayload(ByteBuffer.allocate(5)),
                        DeadLetterReason.INVALID_VALUE,
                        "5 bytes"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void whatTheModelCannotLearnIsRefusedWithItsReason(
            Consumer<TrainingPair> damage, DeadLetterReason reason, String sentence) {
        // Given
        TrainingPair record = labelled();
        damage.accept(record);
        // When
        Reading checked = check.check(record);
        // Then
        assertThat(checked)
                .isInstanceOfSatisfying(
                        Reading.Refused.class,
                        bad -> {
                            assertThat(bad.reason()).isEqualTo(reason);
                            assertThat(bad.detail()).contains(sentence);
                        });
    }

    private static Arguments row(
            Consumer<TrainingPair> damage, DeadLetterReason reason, String sentence) {
        return Arguments.of(damage, reason, sentence);
    }

    private static SoftTarget target(TrainingPair record) {
        return record.getSoftTargets().get(0);
    }

    private static void sampleAnswer(TrainingPair record) {
        target(record).setEncoding(Encoding.SAMPLED);
        target(record).setPayload(ByteBuffer.wrap(SampledPayload.encode(new int[] {1, 5, 2})));
    }

    @Test
    void aSampledAnswerTeachesATrainerOfItsTemperature() {
        // Given
        TrainingPair record = labelled();
        sampleAnswer(record);
        target(record).setTemperature(3f);
        // When
        Pair pair = good(record);
        // Then
        assertThat(pair.teacher().orElseThrow().argmax()).isEqualTo(1);
    }

    private static void distribution(TrainingPair record, Float... probabilities) {
        record.getLabel().setClassIndex(null);
        record.getLabel().setDistribution(List.of(probabilities));
    }

    private Pair good(TrainingPair record) {
        return good(check.check(record));
    }

    private static Pair good(Reading checked) {
        assertThat(checked).isInstanceOf(Reading.Usable.class);
        return ((Reading.Usable) checked).pair();
    }

    private static TrainingPair labelled() {
        Label label = new Label();
        label.setSampleId("s");
        label.setClassIndex(2);
        SoftTarget target = new SoftTarget();
        target.setSampleId("s");
        target.setTeacherId("t");
        target.setTeacherVersion(new Prefix8(new byte[8]));
        target.setOutcome(Outcome.SCORED);
        target.setClassCount(3);
        target.setTemperature(1f);
        target.setEncoding(Encoding.F32);
        target.setPayload(
                ByteBuffer.wrap(SoftTargetPayload.encode(new float[] {-1, 5, 2}, Encoding.F32)));
        target.setFeatureHash(new Prefix8(new byte[8]));
        target.setHints(Map.of());
        TrainingPair pair = new TrainingPair();
        pair.setKind(PairKind.LABELLED);
        pair.setSampleId("s");
        pair.setAttributes(Map.of());
        pair.setFeatures(
                new Tensor(
                        io.decant.records.DType.U8,
                        List.of(2, 2),
                        ByteBuffer.wrap(new byte[] {1, 2, 3, 4})));
        pair.setSoftTargets(List.of(target));
        pair.setLabel(label);
        return pair;
    }
}
