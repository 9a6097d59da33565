package io.decant.model.step;

import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.model.step.NaiveMlp.Row;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Seeded batches and small specs for the step's tests. */
final class Batches {
    static final ModelSpec SMALL = spec(DType.F32, List.of(6, 5, 4, 3), List.of(6));

    private Batches() {}

    static ModelSpec spec(DType dtype, List<Integer> dims, List<Integer> shape) {
        return ModelSpec.mlp(dims, new InputSpec(dtype, shape, 0.5, 0.1, 0.7));
    }

    /** A row whose raw values the dtype can hold exactly. */
    static Row row(ModelSpec spec, Random random, double teacher, double label) {
        double[] raw = new double[spec.input().size()];
        for (int i = 0; i < raw.length; i++) {
            raw[i] =
                    switch (spec.input().dtype()) {
                        case U8 -> random.nextInt(256) & ~3;
                        case I64 -> random.nextInt(9) - 4;
                        case F16, F32, I8 -> (random.nextInt(65) - 32) / 16.0;
                    };
        }
        float[] logits = new float[spec.classCount()];
        for (int c = 0; c < logits.length; c++) {
            logits[c] = (float) (random.nextGaussian() * 3);
        }
        return new Row(raw, logits, random.nextInt(spec.classCount()), teacher, label);
    }

    static Row[] rows(ModelSpec spec, int count, long seed) {
        Random random = new Random(seed);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(row(spec, random, (i % 3 == 2 ? 1 : 0.7) / 32, (i % 3 == 2 ? 0 : 0.3) / 32));
        }
        return rows.toArray(Row[]::new);
    }

    static void fill(TrainingStep step, Row... rows) {
        for (int i = 0; i < rows.length; i++) {
            step.input(i, encode(step.spec().input(), rows[i].raw()), 0);
            step.teacherLogits(i, rows[i].teacherLogits());
            step.label(i, rows[i].label());
            step.coefficients(
                    i, (float) rows[i].teacherCoefficient(), (float) rows[i].labelCoefficient());
        }
    }

    static byte[] encode(InputSpec input, double[] raw) {
        ByteBuffer bytes = ByteBuffer.allocate(input.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : raw) {
            switch (input.dtype()) {
                case U8 -> bytes.put((byte) (int) value);
                case I64 -> bytes.putLong((long) value);
                case F32 -> bytes.putFloat((float) value);
                case F16 -> bytes.putShort(halfBits((float) value));
            }
        }
        return bytes.array();
    }

    /** Half precision of a value that has an exact normal form or is 0. */
    private static short halfBits(float value) {
        int bits = Float.floatToIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        if (value == 0) {
            return (short) sign;
        }
        int exponent = (bits >>> 23 & 0xff) - 127 + 15;
        return (short) (sign | exponent << 10 | bits >>> 13 & 0x3ff);
    }

    static float[] floats(ByteBuffer buffer) {
        float[] values = new float[buffer.remaining() / Float.BYTES];
        buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] copy = new byte[buffer.remaining()];
        buffer.duplicate().get(copy);
        return copy;
    }
}
