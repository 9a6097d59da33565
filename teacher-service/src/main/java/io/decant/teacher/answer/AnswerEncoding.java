package io.decant.teacher.answer;

import io.decant.pipeline.record.SampledPayload;
import io.decant.pipeline.record.SoftTargetPayload;
import io.decant.pipeline.record.TopPayload;
import io.decant.records.Encoding;
import java.util.function.LongSupplier;

/**
 * How a teacher's answers are written. <i>Immutable.</i>
 *
 * @param topK classes that TOPK_F16 keeps
 * @param draws draws of SAMPLED
 */
public record AnswerEncoding(EncodingChoice choice, int topK, int draws) {
    /**
     * Widest span of z/T that is written as I8 when nobody asked for it: steps of a quarter lose at
     * most 1/128 nat. Wider ones come from teachers that rule classes out with huge logits.
     */
    private static final float WIDEST_SPAN = 255 / 4f;

    /**
     * The encoding of one answer.
     *
     * @param softened z/T, [C]
     */
    public Encoding encoding(float[] softened) {
        Encoding usual = choice.encoding(softened.length);
        boolean tooWide =
                choice == EncodingChoice.AUTO
                        && usual == Encoding.I8
                        && span(softened) > WIDEST_SPAN;
        return tooWide ? Encoding.F32 : usual;
    }

    private static float span(float[] values) {
        float low = Float.POSITIVE_INFINITY;
        float high = Float.NEGATIVE_INFINITY;
        for (float value : values) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        return high - low;
    }

    /**
     * Writes an answer.
     *
     * @param encoding as {@link #encoding} says
     * @param softened z/T, [C], finite
     * @param seed decides the draws of SAMPLED; asked only then, because it costs a digest
     * @throws IllegalArgumentException when the encoding cannot hold these numbers
     */
    public byte[] payload(Encoding encoding, float[] softened, LongSupplier seed) {
        return switch (encoding) {
            case TOPK_F16 -> TopPayload.encode(softened, topK);
            case SAMPLED ->
                    SampledPayload.encode(ClassDraws.counts(softened, draws, seed.getAsLong()));
            default -> SoftTargetPayload.encode(softened, encoding);
        };
    }
}
