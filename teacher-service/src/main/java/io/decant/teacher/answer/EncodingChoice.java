package io.decant.teacher.answer;

import io.decant.pipeline.record.SoftTargetPayload;
import io.decant.records.Encoding;

/** How the configuration asks for answers to be written. <i>Immutable.</i> */
public enum EncodingChoice {
    /** I8 where it is small and exact enough by default, else F32. */
    AUTO,
    F32,
    I8;

    /** The encoding for a teacher of so many classes. */
    public Encoding encoding(int classes) {
        return switch (this) {
            case F32 -> Encoding.F32;
            case I8 -> Encoding.I8;
            case AUTO ->
                    classes <= SoftTargetPayload.MAX_CLASSES_FOR_I8 ? Encoding.I8 : Encoding.F32;
        };
    }
}
