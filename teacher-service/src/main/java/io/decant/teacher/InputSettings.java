package io.decant.teacher;

import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.pipeline.config.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The teacher's input, for a file that does not declare it. All five are given, or none: nothing
 * about a teacher's input is guessed. <i>Immutable.</i>
 */
public record InputSettings(
        @Setting(doc = "Element type of a sample's features.", otherwise = "")
                Optional<DType> dtype,
        @Setting(
                        doc =
                                "Shape of a sample's features without the batch dimension, for example 28,28.",
                        otherwise = "")
                List<Integer> shape,
        @Setting(
                        doc = "Factor of the raw values; the teacher sees (x * scale - mean) / sd.",
                        otherwise = "")
                Optional<Double> scale,
        @Setting(doc = "Mean of the scaled values.", otherwise = "") Optional<Double> mean,
        @Setting(doc = "Standard deviation of the scaled values, above 0.", otherwise = "")
                Optional<Double> sd) {

    /** Nothing given: the file must declare its input. */
    public static final InputSettings FROM_FILE =
            new InputSettings(
                    Optional.empty(),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    public InputSettings {
        shape = List.copyOf(shape);
        List<String> missing = new ArrayList<>();
        if (dtype.isEmpty()) {
            missing.add("dtype");
        }
        if (shape.isEmpty()) {
            missing.add("shape");
        }
        if (scale.isEmpty()) {
            missing.add("scale");
        }
        if (mean.isEmpty()) {
            missing.add("mean");
        }
        if (sd.isEmpty()) {
            missing.add("sd");
        }
        if (missing.size() < 5) {
            if (!missing.isEmpty()) {
                throw new IllegalArgumentException(
                        "dtype, shape, scale, mean and sd are given together or not at all, missing: "
                                + String.join(", ", missing));
            }
            new InputSpec(
                    dtype.get(), shape, scale.get(), mean.get(), sd.get()); // Checks the ranges.
        }
    }

    /** The input as a specification; empty when the file must declare it. */
    public Optional<InputSpec> spec() {
        return dtype.map(type -> new InputSpec(type, shape, scale.get(), mean.get(), sd.get()));
    }
}
