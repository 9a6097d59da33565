package io.decant.trainer;

import io.decant.model.hint.Hint;
import io.decant.model.spec.Architecture;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.Mlp;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.ModelSpecJson;
import io.decant.model.spec.Precision;
import io.decant.model.spec.TorchScript;
import io.decant.model.step.ExecutorChoice;
import io.decant.model.step.Placement;
import io.decant.model.torch.ScriptStudent;
import io.decant.pipeline.config.Setting;
import io.decant.trainer.journal.PairFilter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What can be set about a student: what it is, and which pairs it learns. <i>Immutable.</i> */
public record StudentSettings(
        @Setting(doc = "Name of the model.", otherwise = "student") String name,
        @Setting(
                        doc =
                                "TorchScript file (.pt) of the student, standardised fp32 [B, ...] in, logits [B, C] out; in place of dims, bias and activation.",
                        otherwise = "")
                String file,
        @Setting(
                        doc =
                                "How libtorch runs the file's code; auto times both when the model is born. A model keeps what it was born with.",
                        otherwise = "auto")
                ScriptExecutor executor,
        @Setting(
                        doc =
                                "What the file holds, as JSON: its digest, classes and tensors. The trainer finds it out and writes it into lineage; nobody has to set it.",
                        otherwise = "")
                String script,
        @Setting(doc = "Layer widths, input first, classes last.", otherwise = "784,128,10")
                List<Integer> dims,
        @Setting(doc = "Whether layers have biases.", otherwise = "true") boolean bias,
        @Setting(doc = "Function between layers.", otherwise = "relu") String activation,
        @Setting(
                        doc =
                                "What a perceptron's hidden layers multiply in; bf16 is faster where the processor has AMX, and slower where it has no AVX-512.",
                        otherwise = "fp32")
                Precision precision,
        @Setting(
                        doc =
                                "Which pairs are learned: ATTRIBUTE=VALUE, all of which the sample must have.",
                        otherwise = "")
                List<String> filter,
        @Setting(
                        doc =
                                "Samples that are not learned: for each the first 32 hexadecimal digits of the SHA-256 of its id; replay --exclude sets it.",
                        otherwise = "")
                List<String> exclude,
        Input input) {
    public StudentSettings {
        PairFilter.parse(filter, exclude);
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}") || name.equals("teacher")) {
            throw new IllegalArgumentException(
                    "model.name must be 1 to 100 letters, digits, dots, dashes or"
                            + " underscores, and not 'teacher', was '"
                            + name
                            + "'");
        }
    }

    /**
     * The specification of a new model, without canned inputs.
     *
     * @param threads of libtorch
     * @throws IllegalStateException when a file is named that nobody has looked at
     */
    ModelSpec spec(int threads) {
        return new ModelSpec(architecture(), input.spec(), precision, threads, List.of());
    }

    private Architecture architecture() {
        if (!script.isEmpty()) {
            return ModelSpecJson.readScript(script);
        }
        if (!file.isEmpty()) {
            throw new IllegalStateException("model.file has not been looked at");
        }
        return new Mlp(dims, activation, bias);
    }

    /**
     * What the file holds, for {@code script}: reads it, and times it when the executor is auto.
     * Empty when there is no file, or it is known already.
     *
     * @throws InvalidModelException when the file cannot be a student
     */
    Optional<String> found(int threads, Placement placement) {
        if (file.isEmpty() || !script.isEmpty()) {
            return Optional.empty();
        }
        ScriptStudent student = ScriptStudent.open(Path.of(file), threads);
        ModelSpec born = student.spec(input.spec(), executor.first(), threads);
        if (executor == ScriptExecutor.AUTO) {
            born = ExecutorChoice.faster(born, student, placement, System::nanoTime);
        }
        return Optional.of(ModelSpecJson.writeScript((TorchScript) born.architecture()));
    }

    /**
     * Hints with the shapes that their layers have in the file; empty when there are no hints, or
     * no file to look at.
     *
     * @throws InvalidModelException when the file has not these layers, or they are of another kind
     */
    Optional<List<String>> shapesOf(List<Hint> hints, int threads) {
        if (hints.isEmpty() || file.isEmpty()) {
            return Optional.empty();
        }
        List<List<Integer>> shapes =
                ScriptStudent.open(Path.of(file), threads)
                        .layerShapes(input.spec(), hints.stream().map(Hint::layer).toList());
        List<String> known = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            known.add(hints.get(i).with(shapes.get(i)).text());
        }
        return Optional.of(known);
    }

    /** Where the file is. */
    Optional<Path> path() {
        return file.isEmpty() ? Optional.empty() : Optional.of(Path.of(file));
    }

    /** Which pairs are learned. */
    PairFilter pairs() {
        return PairFilter.parse(filter, exclude);
    }

    /** The student's input: (x · scale − mean) / sd. */
    public record Input(
            @Setting(doc = "Element type of the features.", otherwise = "u8") DType dtype,
            @Setting(doc = "Shape of one sample's features.", otherwise = "28,28")
                    List<Integer> shape,
            @Setting(doc = "Factor of raw values.", otherwise = "0.00392156862745098") double scale,
            @Setting(doc = "Mean of scaled values.", otherwise = "0") double mean,
            @Setting(doc = "Standard deviation of scaled values.", otherwise = "1", min = 1e-12)
                    double sd) {
        private InputSpec spec() {
            return new InputSpec(dtype, shape, scale, mean, sd);
        }
    }
}
