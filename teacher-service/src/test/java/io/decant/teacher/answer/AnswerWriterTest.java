package io.decant.teacher.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.decant.pipeline.record.SoftTargetPayload;
import io.decant.records.DType;
import io.decant.records.Encoding;
import io.decant.records.Outcome;
import io.decant.records.Prefix8;
import io.decant.records.Sample;
import io.decant.records.SoftTarget;
import io.decant.records.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerWriterTest {
    private static final byte[] VERSION = {1, 2, 3, 4, 5, 6, 7, 8};
    private static final byte[] FEATURES = {10, 20, 30};

    @Test
    void anAnswerCarriesItsSampleItsTeacherAndTheTemperatureOfItsNumbers() throws Exception {
        // Given
        AnswerWriter writer = new AnswerWriter("big", VERSION, 3, 2.5, as(EncodingChoice.F32));

        // When
        SoftTarget answer = writer.write(question("s-1", 3, 99, 1234), new float[] {5, -2.5f, 0});

        // Then
        float[] softened = new float[3];
        SoftTargetPayload.decode(answer.getPayload(), answer.getEncoding(), softened);
        assertThat(softened).containsExactly(2, -1, 0);
        assertThat(answer.getTemperature()).isEqualTo(2.5f);
        assertThat(answer.getSampleId()).isEqualTo("s-1");
        assertThat(answer.getTeacherId()).isEqualTo("big");
        assertThat(answer.getTeacherVersion()).isEqualTo(new Prefix8(VERSION));
        assertThat(answer.getOutcome()).isEqualTo(Outcome.SCORED);
        assertThat(answer.getSkipReason()).isNull();
        assertThat(answer.getClassCount()).isEqualTo(3);
        assertThat(answer.getSamplePartition()).isEqualTo(3);
        assertThat(answer.getSampleOffset()).isEqualTo(99);
        assertThat(answer.getEventTimeMillis()).isEqualTo(1234);
        assertThat(answer.getFeatureHash().bytes())
                .isEqualTo(Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(FEATURES), 8));
    }

    @Test
    void theSmallEncodingOfTenClassesTakesFourteenBytesAndKeepsTheNumbers() {
        // Given
        AnswerWriter writer = new AnswerWriter("big", VERSION, 10, 3, as(EncodingChoice.I8));
        float[] logits = {9, -3, 0.5f, 1, -7, 4, 2, 2.5f, -1, 6};

        // When
        SoftTarget answer = writer.write(question("s-1", 0, 0, 0), logits);

        // Then: a step is 16 / 3 / 255, and a value is off by about half of one.
        float[] softened = new float[10];
        SoftTargetPayload.decode(answer.getPayload(), answer.getEncoding(), softened);
        assertThat(answer.getPayload().remaining()).isEqualTo(14);
        for (int i = 0; i < 10; i++) {
            assertThat(softened[i]).isCloseTo(logits[i] / 3, within(0.012f));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "AUTO,2,I8",
        "AUTO,4096,I8",
        "AUTO,4097,TOPK_F16",
        "AUTO,65536,TOPK_F16",
        "AUTO,65537,F32",
        "F32,10,F32",
        "F16,10,F16",
        "I8,1000,I8",
        "TOPK,10,TOPK_F16",
        "SAMPLED,10,SAMPLED"
    })
    void theNumberOfClassesChoosesTheEncodingUnlessOneIsAskedFor(
            EncodingChoice choice, int classes, Encoding encoding) {
        assertThat(choice.encoding(classes)).isEqualTo(encoding);
    }

    @Test
    void anEncodingThatCannotNameAllClassesIsRefusedAtTheStart() {
        assertThatThrownBy(() -> EncodingChoice.TOPK.encoding(65_537))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "encoding TOPK_F16 names at most 65536 classes, the teacher has 65537; set encoding to auto, f32, f16 or i8");
    }

    @Test
    void anAnswerThatRulesAClassOutKeepsTheOthersExactUnlessBytesWereAskedFor() {
        // Given
        float[] logits = new float[100];
        logits[3] = 0.4f;
        logits[99] = -1e9f;

        // When
        Encoding automatic = as(EncodingChoice.AUTO).encoding(logits);

        // Then
        assertThat(automatic).isEqualTo(Encoding.F32);
        assertThat(as(EncodingChoice.I8).encoding(logits)).isEqualTo(Encoding.I8);
        logits[99] = -63;
        assertThat(as(EncodingChoice.AUTO).encoding(logits)).isEqualTo(Encoding.I8);
        logits[99] = -64;
        assertThat(as(EncodingChoice.AUTO).encoding(logits)).isEqualTo(Encoding.F32);
    }

    @Test
    void anAnswerOfAThousandClassesTakesTwoHundredAndTwoBytes() {
        // Given
        AnswerWriter writer = new AnswerWriter("big", VERSION, 1000, 3, as(EncodingChoice.TOPK));

        // When
        SoftTarget answer = writer.write(question("s-1", 0, 0, 0), new float[1000]);

        // Then
        assertThat(answer.getEncoding()).isEqualTo(Encoding.TOPK_F16);
        assertThat(answer.getPayload().remaining()).isEqualTo(202);
    }

    @Test
    void aSampleThatIsAnsweredTwiceGetsTheSameDrawsAndAnotherSampleOthers() {
        // Given
        AnswerWriter writer = new AnswerWriter("big", VERSION, 1000, 3, as(EncodingChoice.SAMPLED));
        AnswerWriter another =
                new AnswerWriter("big", new byte[8], 1000, 3, as(EncodingChoice.SAMPLED));
        float[] logits = new float[1000];

        // When
        ByteBuffer first = writer.write(question("s-1", 0, 0, 0), logits).getPayload();

        // Then
        assertThat(writer.write(question("s-2", 0, 1, 0), logits).getPayload()).isNotEqualTo(first);
        assertThat(writer.write(question("s-1", 3, 9, 7), logits).getPayload()).isEqualTo(first);
        assertThat(another.write(question("s-1", 0, 0, 0), logits).getPayload())
                .isNotEqualTo(first);
    }

    @Test
    void logitsThatAreNotFiniteAreNoAnswer() {
        assertThat(AnswerWriter.isAnswer(new float[] {1, -2, 3e38f})).isTrue();
        assertThat(AnswerWriter.isAnswer(new float[] {1, Float.NaN})).isFalse();
        assertThat(AnswerWriter.isAnswer(new float[] {Float.NEGATIVE_INFINITY, 1})).isFalse();
    }

    private static AnswerEncoding as(EncodingChoice choice) {
        return new AnswerEncoding(choice, 50, 50);
    }

    private static Question question(String id, int partition, long offset, long eventTime) {
        Tensor tensor = new Tensor(DType.U8, List.of(3), ByteBuffer.wrap(FEATURES));
        byte[] key = id.getBytes(StandardCharsets.UTF_8);
        return new Question(
                new ConsumerRecord<>("samples", partition, offset, key, new byte[0]),
                new Sample(id, tensor, eventTime, Map.of()),
                FEATURES);
    }
}
