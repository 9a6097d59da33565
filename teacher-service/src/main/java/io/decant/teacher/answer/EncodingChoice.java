package io.decant.teacher.answer;

import io.decant.pipeline.record.SoftTargetPayload;
import io.decant.records.Encoding;

/** How the configuration asks for answers to be written. <i>Immutable.</i> */
public enum EncodingChoice {
    /**
     * I8 where it is small enough, else TOPK_F16, and F32 where that cannot name all classes. Never
     * SAMPLED: it teaches only trainers of the same temperature, which must be somebody's decision.
     */
    AUTO,
    F32,
    F16,
    I8,
    TOPK,
    SAMPLED;

    /** Greatest number of classes of which the automatic choice keeps every one. */
    private static final int MOST_FOR_I8 = 4096;

    /**
     * The encoding for a teacher of so many classes.
     *
     * @throws IllegalArgumentException when it was asked for and cannot name so many
     */
    public Encoding encoding(int classes) {
        return switch (this) {
            case F32 -> Encoding.F32;
            case F16 -> Encoding.F16;
            case I8 -> Encoding.I8;
            case TOPK -> naming(Encoding.TOPK_F16, classes);
            case SAMPLED -> naming(Encoding.SAMPLED, classes);
            case AUTO -> automatic(classes);
        };
    }

    private static Encoding automatic(int classes) {
        if (classes <= MOST_FOR_I8) {
            return Encoding.I8;
        }
        return classes <= SoftTargetPayload.MAX_SPARSE_CLASSES ? Encoding.TOPK_F16 : Encoding.F32;
    }

    private static Encoding naming(Encoding encoding, int classes) {
        if (classes > SoftTargetPayload.MAX_SPARSE_CLASSES) {
            throw new IllegalArgumentException(
                    "encoding "
                            + encoding
                            + " names at most "
                            + SoftTargetPayload.MAX_SPARSE_CLASSES
                            + " classes, the teacher has "
                            + classes
                            + "; set encoding to auto, f32, f16 or i8");
        }
        return encoding;
    }
}
