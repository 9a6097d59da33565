package io.decant.cli.run;

import io.decant.dataset.IdxSplit;
import io.decant.model.spec.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Shows samples of one type and shape in another way; shape and type stay what they were. <i>Not
 * changed after it is made; thread-safe.</i>
 */
public final class Renderer {
    private final DType dtype;
    private final int[] source;
    private final float mirror;

    /**
     * @param shape of a sample
     * @param mirror lowest plus highest value of floats: what an inversion takes them from
     */
    Renderer(DType dtype, List<Integer> shape, float mirror) {
        this.dtype = dtype;
        this.source = reversedAxes(shape);
        this.mirror = mirror;
    }

    /** For samples like those of a split. */
    public static Renderer of(IdxSplit split) {
        return new Renderer(
                split.dtype(),
                split.shape(),
                split.dtype() == DType.F32 ? lowestPlusHighest(split) : 0);
    }

    /**
     * A sample as it is shown.
     *
     * @param sample elements row by row, little-endian; not changed
     */
    public byte[] show(Rendering rendering, byte[] sample) {
        return switch (rendering) {
            case PLAIN -> sample;
            case TRANSPOSED -> transposed(sample);
            case INVERTED -> inverted(sample);
        };
    }

    private byte[] transposed(byte[] sample) {
        int width = dtype.bytes();
        byte[] shown = new byte[sample.length];
        for (int i = 0; i < source.length; i++) {
            System.arraycopy(sample, source[i] * width, shown, i * width, width);
        }
        return shown;
    }

    private byte[] inverted(byte[] sample) {
        byte[] shown = new byte[sample.length];
        if (dtype == DType.F32) {
            ByteBuffer from = ByteBuffer.wrap(sample).order(ByteOrder.LITTLE_ENDIAN);
            ByteBuffer to = ByteBuffer.wrap(shown).order(ByteOrder.LITTLE_ENDIAN);
            while (from.hasRemaining()) {
                to.putFloat(mirror - from.getFloat());
            }
            return shown;
        }
        for (int i = 0; i < sample.length; i++) {
            shown[i] = (byte) (255 - (sample[i] & 0xff));
        }
        return shown;
    }

    /**
     * Where each element is read from: the last axis of the file is the first that is walked. One
     * axis is read backwards, since its order would not change.
     */
    private static int[] reversedAxes(List<Integer> shape) {
        int size = shape.stream().reduce(1, Math::multiplyExact);
        int[] source = new int[size];
        if (shape.size() == 1) {
            for (int i = 0; i < size; i++) {
                source[i] = size - 1 - i;
            }
            return source;
        }
        for (int from = 0; from < size; from++) {
            int rest = from;
            int to = 0;
            for (int axis = shape.size() - 1; axis >= 0; axis--) {
                to = to * shape.get(axis) + rest % shape.get(axis);
                rest /= shape.get(axis);
            }
            source[to] = from;
        }
        return source;
    }

    private static float lowestPlusHighest(IdxSplit split) {
        float lowest = Float.POSITIVE_INFINITY;
        float highest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < split.size(); i++) {
            ByteBuffer values = ByteBuffer.wrap(split.sample(i)).order(ByteOrder.LITTLE_ENDIAN);
            while (values.hasRemaining()) {
                float value = values.getFloat();
                lowest = Math.min(lowest, value);
                highest = Math.max(highest, value);
            }
        }
        return lowest + highest;
    }
}
