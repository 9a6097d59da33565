package io.decant.model.forward;

import io.decant.model.number.Float16;
import io.decant.model.spec.InputSpec;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Turns raw little-endian input bytes into floats. <i>Immutable.</i> */
public final class InputDecoder {
    private static final VarHandle FLOATS = view(float[].class);
    private static final VarHandle LONGS = view(long[].class);
    private static final VarHandle SHORTS = view(short[].class);

    private final InputSpec input;
    private final int size;
    private final float factor;
    private final float offset;

    public InputDecoder(InputSpec input) {
        this.input = input;
        this.size = input.size();
        this.factor = (float) (input.scale() / input.sd());
        this.offset = (float) (-input.mean() / input.sd());
    }

    /** Raw values of one input: [size] floats from {@code bytes} at {@code from}. */
    public void raw(byte[] bytes, int from, float[] target) {
        switch (input.dtype()) {
            case U8 -> {
                for (int i = 0; i < size; i++) {
                    target[i] = bytes[from + i] & 0xff;
                }
            }
            case F32 -> {
                for (int i = 0; i < size; i++) {
                    target[i] = (float) FLOATS.get(bytes, from + i * Float.BYTES);
                }
            }
            case F16 -> {
                for (int i = 0; i < size; i++) {
                    target[i] = Float16.toFloat((short) SHORTS.get(bytes, from + i * Short.BYTES));
                }
            }
            case I64 -> {
                for (int i = 0; i < size; i++) {
                    target[i] = (long) LONGS.get(bytes, from + i * Long.BYTES);
                }
            }
        }
    }

    /** Standardises raw values: [size] from {@code raw} at {@code from}. */
    public void standardise(float[] raw, int from, float[] target) {
        for (int i = 0; i < size; i++) {
            target[i] = offset + factor * raw[from + i];
        }
    }

    private static VarHandle view(Class<?> elements) {
        return MethodHandles.byteArrayViewVarHandle(elements, ByteOrder.LITTLE_ENDIAN);
    }
}
