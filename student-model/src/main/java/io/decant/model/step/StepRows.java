package io.decant.model.step;

import io.decant.model.spec.ModelSpec;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Objects;

/** The rows of a step's next call. <i>Owned by one thread.</i> */
final class StepRows {
    private final int capacity;
    private final int classes;
    private final int inputBytes;
    private final ByteBuffer inputs;
    private final FloatBuffer teacher;
    private final ByteBuffer labels;
    private final ByteBuffer teacherCoefficients;
    private final ByteBuffer labelCoefficients;

    StepRows(StepMemory memory, ModelSpec spec, int capacity) {
        this.capacity = capacity;
        classes = spec.classCount();
        inputBytes = spec.input().bytes();
        inputs = memory.of("inputs");
        teacher = memory.of("teacher").asFloatBuffer();
        labels = memory.of("labels");
        teacherCoefficients = memory.of("teacher_coefficients");
        labelCoefficients = memory.of("label_coefficients");
    }

    void input(int row, byte[] source, int offset) {
        inputs.put(requireRow(row) * inputBytes, source, offset, inputBytes);
    }

    void input(int row, ByteBuffer source) {
        inputs.put(requireRow(row) * inputBytes, source, source.position(), inputBytes);
    }

    void teacherLogits(int row, float[] values) {
        if (values.length != classes) {
            throw new IllegalArgumentException(
                    "teacher logits must be " + classes + " values, were " + values.length);
        }
        for (int c = 0; c < classes; c++) {
            if (!Float.isFinite(values[c])) {
                throw new IllegalArgumentException(
                        "teacher logit of class " + c + " must be finite, was " + values[c]);
            }
        }
        teacher.put(requireRow(row) * classes, values);
    }

    void label(int row, int classIndex) {
        Objects.checkIndex(classIndex, classes);
        labels.putLong(requireRow(row) * Long.BYTES, classIndex);
    }

    void coefficients(int row, float teacherTerm, float labelTerm) {
        teacherCoefficients.putFloat(requireRow(row) * Float.BYTES, teacherTerm);
        labelCoefficients.putFloat(row * Float.BYTES, labelTerm);
    }

    private int requireRow(int row) {
        return Objects.checkIndex(row, capacity);
    }
}
