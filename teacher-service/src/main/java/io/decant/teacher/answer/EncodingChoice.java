package io.decant.teacher.answer;

import io.decant.pipeline.record.SoftTargetPayload;
import io.decant.records.Encoding;

/** How the configuration asks for answers to be written. <i>Immutable.</i> */
public enum EncodingChoice {
    /**
     * I8 where it is small and exact enough by default, else TOPK_F16. Never SAMPLED: it teaches
     * only trainers of the same temperature, which must be somebody's decision.
     */
    AUTO,
    F32,
    F16,
    I8,
    TOPK,
    SAMPLED;

    /** The encoding for a teacher of so many classes. */
    public Encoding encoding(int classes) {
        return switch (this) {
            case F32 -> Encoding.F32;
            case F16 -> Encoding.F16;
            case I8 -> Encoding.I8;
            case TOPK -> Encoding.TOPK_F16;
            case SAMPLED -> Encoding.SAMPLED;
            case AUTO ->
                    classes <= SoftTargetPayload.MAX_CLASSES_FOR_I8
                            ? Encoding.I8
                            : Encoding.TOPK_F16;
        };
    }
}
