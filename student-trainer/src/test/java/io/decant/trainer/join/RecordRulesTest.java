package io.decant.trainer.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.pipeline.source.Placement;
import io.decant.pipeline.source.SourceSettings;
import io.decant.records.DeadLetterReason;
import io.decant.records.Encoding;
import io.decant.records.Label;
import io.decant.records.Outcome;
import io.decant.records.SoftTarget;
import io.decant.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RecordRulesTest {
    private static final String ID = "run-7";
    private static final byte[] KEY = ID.getBytes(StandardCharsets.UTF_8);
    private static final Topics TOPICS = Topics.DEFAULT;
    private static final int PARTITION = TOPICS.samplePartition(ID);
    private static final RecordRules RULES =
            new RecordRules(new Placement(TOPICS, SourceSettings.Partitioning.BY_ID));

    private static SoftTarget softTarget() {
        return Examples.softTarget(Examples.sample(ID), new Position(PARTITION, 1), "big");
    }

    @Test
    void goodRecordsPass() {
        assertThat(RULES.softTarget(KEY, PARTITION, softTarget())).isEmpty();
        assertThat(RecordRules.label(Examples.label(ID, 0))).isEmpty();
        assertThat(RecordRules.label(Examples.distribution(ID, 4))).isEmpty();
    }

    static Stream<Arguments> brokenSoftTargets() {
        return Stream.of(
                soft(DeadLetterReason.UNKNOWN_SYMBOL, t -> t.setOutcome(Outcome.UNKNOWN)),
                soft(DeadLetterReason.UNKNOWN_SYMBOL, t -> t.setEncoding(Encoding.UNKNOWN)),
                soft(DeadLetterReason.INVALID_VALUE, t -> t.setTemperature(0)),
                soft(DeadLetterReason.INVALID_VALUE, t -> t.setTemperature(-1)),
                soft(DeadLetterReason.INVALID_VALUE, t -> t.setTemperature(Float.NaN)),
                soft(
                        DeadLetterReason.INVALID_VALUE,
                        t -> t.setTemperature(Float.POSITIVE_INFINITY)),
                soft(DeadLetterReason.INVALID_VALUE, t -> t.setClassCount(1)),
                soft(DeadLetterReason.INVALID_VALUE, t -> t.setClassCount(11)),
                soft(DeadLetterReason.INVALID_VALUE, t -> t.setClassCount(Integer.MAX_VALUE)),
                soft(DeadLetterReason.INVALID_VALUE, t -> t.setEncoding(Encoding.F32)),
                soft(DeadLetterReason.INVALID_VALUE, t -> t.setPayload(ByteBuffer.allocate(0))),
                soft(
                        DeadLetterReason.NOT_FINITE,
                        t -> {
                            // No writer of ours makes such a payload.
                            ByteBuffer payload =
                                    ByteBuffer.allocate(Float.BYTES * Examples.CLASSES)
                                            .order(ByteOrder.LITTLE_ENDIAN)
                                            .putFloat(3 * Float.BYTES, Float.NaN);
                            t.setEncoding(Encoding.F32);
                            t.setPayload(payload);
                        }),
                soft(
                        DeadLetterReason.INVALID_VALUE,
                        t -> {
                            t.setEncoding(Encoding.SAMPLED);
                            t.setPayload(ByteBuffer.wrap(new byte[] {0, 0, 1}));
                            t.setClassCount(65_537);
                        }),
                soft(DeadLetterReason.WRONG_PARTITION, t -> t.setSamplePartition(PARTITION + 1)),
                soft(DeadLetterReason.WRONG_PARTITION, t -> t.setSampleOffset(-1)),
                soft(DeadLetterReason.INVALID_VALUE, t -> t.setSampleId("run-8")));
    }

    private static Arguments soft(DeadLetterReason reason, Consumer<SoftTarget> breaks) {
        return Arguments.of(reason, breaks);
    }

    @ParameterizedTest
    @MethodSource("brokenSoftTargets")
    void aBrokenSoftTargetIsRefusedWithItsReason(
            DeadLetterReason reason, Consumer<SoftTarget> breaks) {
        // Given
        SoftTarget target = softTarget();
        breaks.accept(target);

        // When, Then
        assertThat(RULES.softTarget(KEY, PARTITION, target))
                .map(RecordRules.Problem::reason)
                .contains(reason);
    }

    @Test
    void anAnswerThatNamesSomeClassesMayHaveFewerBytesThanClasses() {
        // Given
        SoftTarget target = softTarget();
        target.setEncoding(Encoding.SAMPLED);
        target.setPayload(ByteBuffer.wrap(new byte[] {7, 0, 50}));
        target.setClassCount(1000);

        // When, Then
        assertThat(RULES.softTarget(KEY, PARTITION, target)).isEmpty();
    }

    @Test
    void aSkippedSampleNeedsNoAnswer() {
        // Given
        SoftTarget skipped = softTarget();
        skipped.setOutcome(Outcome.SKIPPED);
        skipped.setClassCount(0);
        skipped.setPayload(ByteBuffer.allocate(0));

        // When, Then
        assertThat(RULES.softTarget(KEY, PARTITION, skipped)).isEmpty();
    }

    static Stream<Arguments> brokenLabels() {
        return Stream.of(
                label(DeadLetterReason.INVALID_VALUE, l -> l.setClassIndex(null)),
                label(DeadLetterReason.INVALID_VALUE, l -> l.setDistribution(List.of(1f))),
                label(DeadLetterReason.CLASS_OUT_OF_RANGE, l -> l.setClassIndex(-1)),
                label(DeadLetterReason.INVALID_VALUE, l -> distribution(l, 0.5f, 0.4f)),
                label(DeadLetterReason.INVALID_VALUE, l -> distribution(l, 1.5f, -0.5f)),
                label(DeadLetterReason.NOT_FINITE, l -> distribution(l, Float.NaN, 1f)));
    }

    private static Arguments label(DeadLetterReason reason, Consumer<Label> breaks) {
        return Arguments.of(reason, breaks);
    }

    private static void distribution(Label label, Float... probabilities) {
        label.setClassIndex(null);
        label.setDistribution(Arrays.asList(probabilities));
    }

    @ParameterizedTest
    @MethodSource("brokenLabels")
    void aBrokenLabelIsRefusedWithItsReason(DeadLetterReason reason, Consumer<Label> breaks) {
        // Given
        Label label = Examples.label(ID, 3);
        breaks.accept(label);

        // When, Then
        assertThat(RecordRules.label(label)).map(RecordRules.Problem::reason).contains(reason);
    }

    @Test
    void aSoftTargetWhoseKeyOrPartitionIsNotItsSamplesIsRefused() {
        // Given
        int elsewhere = (PARTITION + 1) % TOPICS.samplePartitions();

        // When, Then
        assertThat(RULES.softTarget(KEY, elsewhere, softTarget()))
                .map(RecordRules.Problem::reason)
                .contains(DeadLetterReason.WRONG_PARTITION);
        assertThat(RULES.softTarget(null, PARTITION, softTarget()))
                .map(RecordRules.Problem::reason)
                .contains(DeadLetterReason.INVALID_VALUE);
    }

    @Test
    void aLabelMustFitTheClassesOfItsTeacher() {
        assertThat(RecordRules.classes(Examples.label(ID, 9), 10)).isEmpty();
        assertThat(RecordRules.classes(Examples.distribution(ID, 9), 10)).isEmpty();
        assertThat(RecordRules.classes(Examples.label(ID, 10), 10))
                .map(RecordRules.Problem::reason)
                .contains(DeadLetterReason.CLASS_OUT_OF_RANGE);
        assertThat(RecordRules.classes(Examples.distribution(ID, 9), 9))
                .map(RecordRules.Problem::reason)
                .contains(DeadLetterReason.CLASS_OUT_OF_RANGE);
    }
}
