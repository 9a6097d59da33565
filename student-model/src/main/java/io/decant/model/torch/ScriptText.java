package io.decant.model.torch;

import io.decant.model.spec.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Small parts of generated TorchScript text. <i>Thread-safe.</i> */
public final class ScriptText {
    private static final String GETTER =
            """
              def get_NAME(self: __torch__.CLASS) -> Tensor:
                return self.NAME
            """;

    private ScriptText() {}

    /** A double as TorchScript reads it back exactly. */
    public static String number(double value) {
        return String.format(Locale.ROOT, "%.17e", value);
    }

    /** libtorch's number of an element type. */
    public static int number(DType dtype) {
        return switch (dtype) {
            case U8 -> 0;
            case I8 -> 1;
            case I64 -> 4;
            case F16 -> 5;
            case F32 -> 6;
        };
    }

    /** Distance between neighbours along each dimension of a contiguous tensor, in elements. */
    public static List<Integer> strides(List<Integer> shape) {
        List<Integer> strides = new ArrayList<>();
        int stride = shape.stream().reduce(1, Math::multiplyExact);
        for (int length : shape) {
            stride /= length;
            strides.add(stride);
        }
        return strides;
    }

    /** Replaces names in a template: pairs of a name and its value, doubles as {@link #number}. */
    public static String fill(String template, Object... namesAndValues) {
        String text = template;
        for (int i = 0; i < namesAndValues.length; i += 2) {
            Object value = namesAndValues[i + 1];
            text =
                    text.replace(
                            (String) namesAndValues[i],
                            value instanceof Double d ? number(d) : value.toString());
        }
        return text;
    }

    /** As {@link #head}, for a module around somebody's, its attribute {@code net}. */
    static String around(
            String className,
            ScriptFile file,
            List<String> shared,
            List<String> inner,
            List<String> counters) {
        String training = "  training : bool\n";
        return head(className, shared, inner, counters)
                .replace(training, training + "  net : " + file.type() + "\n");
    }

    /**
     * Head of a module: its attributes, and {@code get_<name>} for each shared tensor.
     *
     * @param className may have a namespace before a dot
     * @param shared tensors that Java reads or writes
     * @param inner tensors that only the module uses
     * @param counters whole numbers
     */
    public static String head(
            String className, List<String> shared, List<String> inner, List<String> counters) {
        StringBuilder code =
                new StringBuilder(
                        "class "
                                + className.substring(className.lastIndexOf('.') + 1)
                                + "(Module):\n  __parameters__ = []\n  __buffers__ = [");
        shared.forEach(name -> code.append('"').append(name).append("\", "));
        inner.forEach(name -> code.append('"').append(name).append("\", "));
        code.append("]\n  training : bool\n");
        shared.forEach(name -> code.append("  ").append(name).append(" : Tensor\n"));
        inner.forEach(name -> code.append("  ").append(name).append(" : Tensor\n"));
        counters.forEach(name -> code.append("  ").append(name).append(" : int\n"));
        shared.forEach(name -> code.append(fill(GETTER, "NAME", name, "CLASS", className)));
        return code.toString();
    }
}
