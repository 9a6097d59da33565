package io.decant.model.step;

import io.decant.model.spec.DType;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.ParameterLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * A tensor of a step's module that Java reads or writes. <i>Immutable.</i>
 *
 * @param name of the module's attribute
 */
record StepTensor(String name, DType dtype, List<Integer> shape, Role role) {

    /** Who writes it, and when it is read. */
    enum Role {
        /** Java writes it before a call. */
        ROWS,
        /** Steps change it; read at a version, written when a state is restored. */
        STATE,
        /** A call answers with it. */
        ANSWER,
        /** Java passes it to a call; it stays where Java is. */
        ARGUMENT
    }

    StepTensor {
        shape = List.copyOf(shape);
    }

    int bytes() {
        return shape.stream().reduce(dtype.bytes(), Math::multiplyExact);
    }

    /**
     * Those that every step has.
     *
     * @param capacity rows of a call
     * @param inputs shape of all rows' inputs
     */
    static List<StepTensor> of(ModelSpec spec, int capacity, List<Integer> inputs) {
        ParameterLayout layout = ParameterLayout.of(spec);
        List<StepTensor> tensors = new ArrayList<>();
        state(tensors, layout.size(), "weights", "ema");
        state(tensors, layout.trainedSize(), "gradient", "first_moment", "second_moment");
        List<Integer> rows = List.of(capacity);
        List<Integer> scores = List.of(capacity, spec.classCount());
        // Those with the widest elements first: in one block, each then begins where it may.
        tensors.add(new StepTensor("labels", DType.I64, rows, Role.ROWS));
        tensors.add(new StepTensor("teacher", DType.F32, scores, Role.ROWS));
        tensors.add(new StepTensor("teacher_coefficients", DType.F32, rows, Role.ROWS));
        tensors.add(new StepTensor("label_coefficients", DType.F32, rows, Role.ROWS));
        tensors.add(new StepTensor("inputs", spec.input().dtype(), inputs, Role.ROWS));
        tensors.add(new StepTensor("logits", DType.F32, scores, Role.ANSWER));
        tensors.add(new StepTensor("losses", DType.F32, List.of(2), Role.ANSWER));
        return tensors;
    }

    private static void state(List<StepTensor> tensors, int size, String... names) {
        for (String name : names) {
            tensors.add(new StepTensor(name, DType.F32, List.of(size), Role.STATE));
        }
    }

    static List<String> names(List<StepTensor> tensors) {
        return tensors.stream().map(StepTensor::name).toList();
    }
}
