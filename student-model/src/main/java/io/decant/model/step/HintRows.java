package io.decant.model.step;

import io.decant.model.hint.Hint;
import io.decant.model.hint.Relation;
import io.decant.model.spec.DType;
import io.decant.model.step.StepTensor.Role;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What a teacher's layers say about the rows of a step's next call. <i>Owned by one thread.</i> */
final class HintRows {
    private static final String COEFFICIENTS = "hint_coefficients";
    private static final String TOLD = "told_";

    private final List<Hint> hints;
    private final int capacity;
    private final ByteBuffer coefficients;
    private final List<FloatBuffer> told = new ArrayList<>();

    /** By row; empty for a row without hints. */
    private final List<List<float[]>> rows;

    HintRows(StepMemory memory, List<Hint> hints, int capacity) {
        this.hints = hints;
        this.capacity = capacity;
        coefficients = hints.isEmpty() ? ByteBuffer.allocate(0) : memory.of(COEFFICIENTS);
        for (int number = 0; number < hints.size(); number++) {
            told.add(memory.of(TOLD + number).asFloatBuffer());
        }
        rows = new ArrayList<>();
        for (int row = 0; row < capacity; row++) {
            rows.add(List.of());
        }
    }

    /** The tensors that hints need. */
    static List<StepTensor> tensors(List<Hint> hints, int capacity) {
        List<StepTensor> tensors = new ArrayList<>();
        if (hints.isEmpty()) {
            return tensors;
        }
        tensors.add(new StepTensor(COEFFICIENTS, DType.F32, List.of(capacity), Role.ROWS));
        for (int number = 0; number < hints.size(); number++) {
            List<Integer> shape = List.of(capacity, width(hints.get(number), capacity));
            tensors.add(new StepTensor(TOLD + number, DType.F32, shape, Role.ROWS));
        }
        return tensors;
    }

    private static int width(Hint hint, int capacity) {
        return hint.loss().width(hint.shape(), capacity);
    }

    /**
     * Sets a row's hints, as {@link Hint#kept} gave them, in the order of the settings.
     *
     * @param values empty when the row has none; the arrays must not change
     * @param coefficient factor of the row's terms; 0 switches them off
     */
    void put(int row, List<float[]> values, float coefficient) {
        Objects.checkIndex(row, capacity);
        if (!values.isEmpty() && values.size() != hints.size()) {
            throw new IllegalArgumentException(
                    "a row has all " + hints.size() + " hints or none, had " + values.size());
        }
        if (hints.isEmpty()) {
            return;
        }
        boolean heard = !values.isEmpty() && coefficient != 0;
        rows.set(row, heard ? values : List.of());
        coefficients.putFloat(row * Float.BYTES, heard ? coefficient : 0);
        for (int number = 0; number < hints.size(); number++) {
            if (!(hints.get(number).loss() instanceof Relation)) {
                int width = width(hints.get(number), capacity);
                float[] filled = heard ? values.get(number) : new float[width];
                if (filled.length != width) {
                    throw new IllegalArgumentException(
                            "hint "
                                    + hints.get(number).text()
                                    + " must be "
                                    + width
                                    + " numbers, was "
                                    + filled.length);
                }
                told.get(number).put(row * width, filled);
            }
        }
    }

    /** Writes what rows [0, rows) are to each other. */
    void relate(int count) {
        for (int number = 0; number < hints.size(); number++) {
            if (hints.get(number).loss() instanceof Relation) {
                int at = number;
                float[][] psi =
                        Relation.between(
                                rows.subList(0, count).stream()
                                        .map(row -> row.isEmpty() ? null : row.get(at))
                                        .collect(
                                                ArrayList::new, ArrayList::add, ArrayList::addAll));
                for (int row = 0; row < count; row++) {
                    told.get(number).put(row * capacity, psi[row]);
                }
            }
        }
    }
}
