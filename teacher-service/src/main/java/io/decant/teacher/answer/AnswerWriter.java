package io.decant.teacher.answer;

import io.decant.pipeline.record.Tensors;
import io.decant.records.Encoding;
import io.decant.records.Outcome;
import io.decant.records.Prefix8;
import io.decant.records.SoftTarget;
import io.decant.records.Tensor;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * Writes a teacher's logits as soft targets. One record is filled again and again, because the
 * teacher's name, version and temperature never change: an answer is valid until the next one.
 * <i>Owned by one thread.</i>
 */
public final class AnswerWriter {
    private final SoftTarget answer = new SoftTarget();
    private final float[] softened;
    private final float temperature;
    private final AnswerEncoding encoding;

    /**
     * A writer for one teacher.
     *
     * @param version first 8 bytes of the SHA-256 of its file
     * @param temperature T, above 0; 1 = none
     */
    public AnswerWriter(
            String teacherId,
            byte[] version,
            int classes,
            double temperature,
            AnswerEncoding encoding) {
        this.encoding = encoding;
        this.temperature = (float) temperature;
        this.softened = new float[classes];
        answer.setTeacherId(teacherId);
        answer.setTeacherVersion(new Prefix8(version));
        answer.setOutcome(Outcome.SCORED);
        answer.setClassCount(classes);
        answer.setTemperature(this.temperature);
    }

    /** Whether logits can be an answer at all: each is finite. */
    public static boolean isAnswer(float[] logits) {
        for (float logit : logits) {
            if (!Float.isFinite(logit)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The answer to a question.
     *
     * @param logits z, [classes], finite, before softmax and before any temperature
     * @return z/T in the writer's encoding with the sample's identity; valid until the next call
     * @throws IllegalArgumentException when the encoding cannot hold these logits; another would
     */
    public SoftTarget write(Question question, float[] logits) {
        return write(question, logits, Map.of());
    }

    /** As above, with hints by layer. */
    public SoftTarget write(Question question, float[] logits, Map<String, Tensor> hints) {
        answer.setHints(hints);
        for (int i = 0; i < softened.length; i++) {
            softened[i] = logits[i] / temperature;
        }
        String sampleId = question.sample().getSampleId();
        Encoding written = encoding.encoding(softened);
        byte[] payload =
                encoding.payload(
                        written,
                        softened,
                        () -> ClassDraws.seed(sampleId, answer.getTeacherVersion().bytes()));
        answer.setSampleId(sampleId);
        answer.setEncoding(written);
        answer.setPayload(ByteBuffer.wrap(payload));
        answer.setFeatureHash(Tensors.hash(question.features()));
        answer.setSamplePartition(question.origin().partition());
        answer.setSampleOffset(question.origin().offset());
        answer.setEventTimeMillis(question.sample().getEventTimeMillis());
        return answer;
    }
}
