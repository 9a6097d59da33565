package io.decant.teacher.answer;

import io.decant.pipeline.record.SampledPayload;
import io.decant.pipeline.record.SoftTargetPayload;
import io.decant.pipeline.record.TopPayload;
import io.decant.records.Encoding;
import java.util.function.LongSupplier;

/**
 * How a teacher's answers are written. <i>Immutable.</i>
 *
 * @param encoding not UNKNOWN
 * @param topK classes that TOPK_F16 keeps
 * @param draws draws of SAMPLED
 */
public record AnswerEncoding(Encoding encoding, int topK, int draws) {

    /**
     * Writes an answer.
     *
     * @param softened z/T, [C], finite
     * @param seed decides the draws of SAMPLED; asked only then, because it costs a digest
     * @throws IllegalArgumentException when the encoding cannot hold these numbers
     */
    public byte[] payload(float[] softened, LongSupplier seed) {
        return switch (encoding) {
            case TOPK_F16 -> TopPayload.encode(softened, topK);
            case SAMPLED ->
                    SampledPayload.encode(ClassDraws.counts(softened, draws, seed.getAsLong()));
            default -> SoftTargetPayload.encode(softened, encoding);
        };
    }
}
