package io.decant.model.spec;

import java.util.Locale;

/**
 * Element type of a tensor that may reach libtorch. Any other type aborts the process there, so the
 * list is closed. <i>Immutable.</i>
 */
public enum DType {
    U8(1),
    F32(4),
    F16(2),
    I64(8),
    /** In files of weights only; no model takes it. */
    I8(1);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /** The name used in JSON: {@code u8}, {@code f32}, {@code f16}, {@code i64}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reverse of {@link #text()}. */
    public static DType parse(String text) {
        for (DType dtype : values()) {
            if (dtype != I8 && dtype.text().equals(text)) {
                return dtype;
            }
        }
        throw new InvalidModelException(
                "dtype must be one of u8, f32, f16, i64, was '" + text + "'");
    }
}
