package io.decant.model.spec;

import java.util.Arrays;
import java.util.Base64;

/**
 * Raw bytes of one input that every version of a model must answer as published. Compares by
 * content. <i>Immutable.</i>
 */
public final class CannedInput {
    private final byte[] bytes;

    private CannedInput(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Copies {@code bytes}: one raw input in the spec's dtype, little-endian. */
    public static CannedInput of(byte[] bytes) {
        return new CannedInput(bytes.clone());
    }

    static CannedInput parse(String base64) {
        try {
            return new CannedInput(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            throw new InvalidModelException("cannedInputs must be base64: " + e.getMessage(), e);
        }
    }

    /** A copy of the raw bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    public int length() {
        return bytes.length;
    }

    String base64() {
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CannedInput that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "CannedInput[" + bytes.length + " bytes]";
    }
}
