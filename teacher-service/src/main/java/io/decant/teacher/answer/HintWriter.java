package io.decant.teacher.answer;

import io.decant.model.number.Float16;
import io.decant.model.teacher.Teacher;
import io.decant.model.teacher.TeacherModel;
import io.decant.records.DType;
import io.decant.records.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a teacher's layers as hints, in binary16: a number is off by at most 2⁻¹¹ of itself.
 * <i>Owned by one thread.</i>
 */
public final class HintWriter {
    private final Teacher teacher;

    /** A writer of the layers that a teacher was opened with. */
    public HintWriter(Teacher teacher) {
        this.teacher = teacher;
    }

    /** Bytes of the hints in one answer. */
    public static int bytes(List<TeacherModel.Layer> layers) {
        return layers.stream()
                .mapToInt(layer -> Math.multiplyExact(layer.size(), Short.BYTES))
                .reduce(0, Math::addExact);
    }

    /**
     * The hints of a row of the teacher's last call, by layer; empty for a teacher without.
     *
     * @throws IllegalArgumentException when binary16 cannot hold a number
     */
    public Map<String, Tensor> hints(int row) {
        Map<String, Tensor> hints = new LinkedHashMap<>();
        for (int number = 0; number < teacher.layers().size(); number++) {
            TeacherModel.Layer layer = teacher.layers().get(number);
            float[] values = new float[layer.size()];
            teacher.layer(row, number, values);
            hints.put(layer.name(), tensor(layer, values));
        }
        return hints;
    }

    private static Tensor tensor(TeacherModel.Layer layer, float[] values) {
        ByteBuffer data =
                ByteBuffer.allocate(values.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            if (!(Math.abs(value) <= Float16.MAX)) {
                throw new IllegalArgumentException(
                        "layer "
                                + layer.name()
                                + " holds "
                                + value
                                + "; hints are numbers of at most "
                                + Float16.MAX);
            }
            data.putShort(Float16.of(value));
        }
        return new Tensor(DType.F16, layer.shape(), data.flip());
    }
}
