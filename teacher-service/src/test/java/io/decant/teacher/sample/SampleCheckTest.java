package io.decant.teacher.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.model.spec.InputSpec;
import io.decant.pipeline.record.Decoded;
import io.decant.records.DType;
import io.decant.records.DeadLetterReason;
import io.decant.records.Sample;
import io.decant.records.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SampleCheckTest {
    private static final String ID = "run-7";
    private final SampleCheck check =
            new SampleCheck(new InputSpec(io.decant.model.spec.DType.F32, List.of(1, 2), 1, 0, 1));

    @Test
    void aSampleThatKeepsEveryRuleIsFitAndItsBytesAreNotCopied() {
        // Given
        Sample sample = sample(ID, 0, DType.F32, List.of(1, 2), 0.5f, -1f);

        // When
        Verdict verdict = check.judge(new Decoded.Good<>(sample));

        // Then
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Fit.class,
                        fit -> {
                            assertThat(fit.sample()).isSameAs(sample);
                            assertThat(fit.features())
                                    .isSameAs(sample.getFeatures().getData().array());
                        });
    }

    @ParameterizedTest
    @MethodSource
    void aRuleThatIsBrokenIsReportedWithOneSentence(
            Sample sample, DeadLetterReason reason, String sentence) {
        // When
        Verdict verdict = check.judge(new Decoded.Good<>(sample));

        // Then
        assertThat(verdict).isEqualTo(new Verdict.Refused(reason, sentence));
    }

    static Stream<Arguments> aRuleThatIsBrokenIsReportedWithOneSentence() {
        List<Integer> shape = List.of(1, 2);
        return Stream.of(
                Arguments.of(
                        sample(ID, -1, DType.F32, shape, 1, 2),
                        DeadLetterReason.INVALID_VALUE,
                        "the event time is -1; expected milliseconds since 1970-01-01T00:00Z, 0 or more"),
                Arguments.of(
                        sample(ID, 5, DType.UNKNOWN, shape, 1, 2),
                        DeadLetterReason.UNKNOWN_SYMBOL,
                        "the features' dtype is not known to this version; expected F32"),
                Arguments.of(
                        sample(ID, 5, DType.I64, shape, 1, 2),
                        DeadLetterReason.WRONG_SHAPE,
                        "the features are I64 [1, 2]; expected F32 [1, 2]"),
                Arguments.of(
                        sample(ID, 5, DType.F32, List.of(2), 1, 2),
                        DeadLetterReason.WRONG_SHAPE,
                        "the features are F32 [2]; expected F32 [1, 2]"),
                Arguments.of(
                        sample(ID, 5, DType.F32, shape, 1, 2, 3),
                        DeadLetterReason.WRONG_SHAPE,
                        "the features hold 12 bytes; expected 8 for F32 [1, 2]"),
                Arguments.of(
                        sample(ID, 5, DType.F32, shape, 1, Float.NaN),
                        DeadLetterReason.NOT_FINITE,
                        "the features' element 1 is NaN or infinite; expected finite numbers"));
    }

    @Test
    void aRecordThatCouldNotBeDecodedKeepsItsReason() {
        // Given
        Decoded<Sample> bad = new Decoded.Bad<>(DeadLetterReason.UNKNOWN_SCHEMA, "no such schema");

        // When
        Verdict verdict = check.judge(bad);

        // Then
        assertThat(verdict)
                .isEqualTo(new Verdict.Refused(DeadLetterReason.UNKNOWN_SCHEMA, "no such schema"));
    }

    private static Sample sample(
            String id, long eventTime, DType dtype, List<Integer> shape, float... values) {
        ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        return new Sample(id, new Tensor(dtype, shape, data), eventTime, Map.of());
    }
}
