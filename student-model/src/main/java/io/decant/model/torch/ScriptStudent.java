package io.decant.model.torch;

import ai.djl.engine.EngineException;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.ParameterLayout;
import io.decant.model.spec.ParameterLayout.Parameter;
import io.decant.model.spec.Precision;
import io.decant.model.spec.TorchScript;
import io.decant.model.spec.TorchScript.Executor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A student's file as it was installed, looked at closely: its tensors with their shapes, and where
 * they stand. fp32 parameters and buffers make up the flat vector; int64 buffers, such as a count
 * of batches, are part of a trainer's state only; any other buffer is taken for a constant. A
 * tensor that has two names, as tied weights do, goes by the first. <i>Immutable.</i>
 */
public final class ScriptStudent {
    private static final String CLASS = "decant_inspect.Inspection";

    private final ScriptFile file;
    private final List<TorchScript.Tensor> tensors;
    private final ParameterLayout floats;
    private final ParameterLayout integers;
    private final Map<String, String> paths;

    private record Found(ScriptFile.Slot slot, boolean trained, List<Integer> shape) {
        private TorchScript.Tensor tensor() {
            return new TorchScript.Tensor(slot.name(), shape, trained);
        }
    }

    private ScriptStudent(ScriptFile file) {
        if (file.slots().stream().noneMatch(ScriptFile.Slot::parameter)) {
            throw new InvalidModelException(
                    file.path()
                            + " has no parameters to train: save the module with torch.jit.script,"
                            + " before torch.jit.freeze");
        }
        this.file = file;
        List<Found> trained = new ArrayList<>();
        List<Found> still = new ArrayList<>();
        List<Found> whole = new ArrayList<>();
        inspect(trained, still, whole);
        tensors = new ArrayList<>();
        trained.forEach(found -> tensors.add(found.tensor()));
        still.forEach(found -> tensors.add(found.tensor()));
        floats = new TorchScript(file.digest(), 2, Executor.PLAIN, tensors).layout();
        integers = wholeNumbers(whole);
        paths = new HashMap<>();
        file.slots().forEach(slot -> paths.put(slot.name(), slot.path()));
    }

    private ScriptStudent(ScriptStudent other, ScriptFile file) {
        this.file = file;
        tensors = other.tensors;
        floats = other.floats;
        integers = other.integers;
        paths = other.paths;
    }

    /**
     * Reads a file and loads its tensors.
     *
     * @param threads of libtorch, as in the specification
     * @throws InvalidModelException when it is no TorchScript, libtorch refuses it, it has nothing
     *     to train, or a parameter is not fp32
     */
    public static ScriptStudent open(Path path, int threads) {
        Torch.start(new TorchSettings(threads));
        return new ScriptStudent(ScriptFile.read(path));
    }

    /** As {@link #open(Path, int)}, with as many threads as libtorch runs with; 1 at first. */
    public static ScriptStudent open(Path path) {
        Torch.startIfNeeded();
        return new ScriptStudent(ScriptFile.read(path));
    }

    /**
     * The specification of a model that is born from this file; its forward pass is tried.
     *
     * @throws InvalidModelException when an input of zeros does not give finite logits [B, C]
     */
    public ModelSpec spec(InputSpec input, Executor executor, int threads) {
        try (TorchForward forward = TorchForward.load(file.path(), input, false, 2)) {
            int classes = forward.tryOut(1);
            if (forward.tryOut(2) != classes) {
                throw new InvalidModelException(
                        file.path()
                                + ": the number of classes changes with the batch: expected logits [B, C]");
            }
            return new ModelSpec(
                    new TorchScript(file.digest(), classes, executor, tensors),
                    input,
                    Precision.FP32,
                    threads,
                    List.of());
        }
    }

    /**
     * Shapes of layers that the file gives, without the batch.
     *
     * @throws InvalidModelException when it has no such layers
     */
    public List<List<Integer>> layerShapes(InputSpec input, List<String> layers) {
        try (TorchForward forward = TorchForward.load(file.path(), input, false, 2, layers)) {
            return forward.layerShapes(2);
        }
    }

    /**
     * Checks that this is the file of a specification.
     *
     * @throws InvalidModelException when it is another file, or its tensors are not those of the
     *     specification
     */
    public void requireFits(ModelSpec spec) {
        if (!(spec.architecture() instanceof TorchScript wanted)) {
            throw new InvalidModelException(
                    "the model has "
                            + spec.architecture().describe()
                            + ", so it has no use for the TorchScript file "
                            + file.path());
        }
        if (!wanted.file().equals(file.digest())) {
            throw new InvalidModelException(
                    "the model is the TorchScript file with SHA-256 "
                            + wanted.file()
                            + ", but "
                            + file.path()
                            + " has "
                            + file.digest()
                            + ": install the file that the model was made from");
        }
        if (!wanted.tensors().equals(tensors)) {
            throw new InvalidModelException(
                    "the specification's tensors are not those of " + file.path());
        }
    }

    /**
     * The student that a specification needs.
     *
     * @throws InvalidModelException when it is missing or does not fit
     */
    public static ScriptStudent required(ModelSpec spec, Optional<ScriptStudent> installed) {
        ScriptStudent student =
                installed.orElseThrow(
                        () ->
                                new InvalidModelException(
                                        "the model is a "
                                                + spec.architecture().describe()
                                                + ", which is not installed here: name the file that the model was made from"));
        student.requireFits(spec);
        return student;
    }

    /**
     * The file's own weights, flat.
     *
     * @param spec of this student
     */
    public float[] weights(ModelSpec spec) {
        return ScriptForward.fileWeights(spec, this);
    }

    /** The module failed in libtorch. */
    InvalidModelException refused(String what, EngineException cause) {
        return new InvalidModelException(
                file.path() + ": " + what + ": " + TorchForward.reason(cause), cause);
    }

    /** SHA-256 of the file, 64 hexadecimal digits. */
    public String digest() {
        return file.digest();
    }

    /**
     * This file with other weights in it; int64 buffers stay the file's.
     *
     * @param spec of this student
     * @param weights flat, in the order of the layout
     * @param extras {@code extra/<name>} files to add
     * @throws InvalidModelException when the file is made in a way that leaves a weight no place
     */
    public byte[] withWeights(ModelSpec spec, float[] weights, Map<String, String> extras) {
        Map<String, byte[]> entries = ScriptCopy.of(spec, this, weights);
        extras.forEach(
                (name, text) ->
                        entries.put(
                                TorchArchive.EXTRA + name, text.getBytes(StandardCharsets.UTF_8)));
        return TorchArchive.zip(entries);
    }

    private void inspect(List<Found> trained, List<Found> still, List<Found> whole) {
        String code =
                head(CLASS, List.of(), List.of(), List.of()) + ScriptSource.inspection(CLASS, file);
        try (TorchModule module = TorchModule.load(archive(CLASS, code).toBytes())) {
            long[] facts = module.numbers("describe");
            long[] marks = module.numbers("aliases");
            int at = 0;
            for (int number = 0; number < file.slots().size(); number++) {
                ScriptFile.Slot slot = file.slots().get(number);
                long dtype = facts[at++];
                if (dtype < 0) {
                    continue;
                }
                boolean trainable = facts[at++] != 0 && slot.parameter();
                List<Integer> shape = new ArrayList<>();
                long dimensions = facts[at++];
                for (long d = 0; d < dimensions; d++) {
                    shape.add(Math.toIntExact(facts[at++]));
                }
                if (shape.contains(0) || isNamedBefore(marks, number)) {
                    continue;
                }
                Found found = new Found(slot, trainable, shape);
                if (dtype == ScriptSource.FLOAT32) {
                    (trainable ? trained : still).add(found);
                } else if (slot.parameter()) {
                    throw new InvalidModelException(
                            file.path()
                                    + ": parameter "
                                    + slot.name()
                                    + " must be fp32: save the module after model.float()");
                } else if (dtype == ScriptSource.INT64) {
                    whole.add(found);
                }
            }
        }
    }

    /** Whether an earlier name stands for the same tensor: it then bears the same mark. */
    private static boolean isNamedBefore(long[] marks, int number) {
        for (int before = 0; before < number; before++) {
            if (marks[before] == marks[number]) {
                return true;
            }
        }
        return false;
    }

    private static ParameterLayout wholeNumbers(List<Found> whole) {
        List<Parameter> parameters = new ArrayList<>();
        int offset = 0;
        for (Found found : whole) {
            Parameter parameter = new Parameter(found.slot().name(), found.shape(), offset, false);
            parameters.add(parameter);
            offset += parameter.size();
        }
        return new ParameterLayout(parameters);
    }

    /** Head of a class around the module; see {@link ScriptText#head}. */
    public String head(
            String className, List<String> shared, List<String> inner, List<String> counters) {
        return ScriptText.around(className, file, shared, inner, counters);
    }

    /** An archive with the module as attribute {@code net}. */
    public TorchArchive archive(String className, String code) {
        return new TorchArchive(className, code).module("net", file);
    }

    /** The same with other storages; it cannot be published, its digest is not its own. */
    ScriptStudent with(Map<String, byte[]> rest) {
        return new ScriptStudent(this, file.with(rest));
    }

    /** Every entry of the file but the pickled module, by name. */
    Map<String, byte[]> rest() {
        return file.rest();
    }

    byte[] pickle() {
        return file.pickle();
    }

    /** Where the file is. */
    Path path() {
        return file.path();
    }

    /** fp32 tensors: the model's flat vector. */
    ParameterLayout floats() {
        return floats;
    }

    /** int64 buffers, flat. */
    public ParameterLayout integers() {
        return integers;
    }

    /** Expression of a tensor, from {@code net}. */
    String path(String name) {
        return paths.get(name);
    }
}
