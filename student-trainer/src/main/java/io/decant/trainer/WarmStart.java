package io.decant.trainer;

import io.decant.model.checkpoint.Anchor;
import io.decant.model.checkpoint.SafeTensors;
import io.decant.model.digest.Sha256;
import io.decant.model.number.Float16;
import io.decant.model.spec.DType;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.Mlp;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.ParameterLayout;
import io.decant.model.spec.ParameterLayout.Parameter;
import io.decant.trainer.learn.Learner;
import io.decant.trainer.learn.LearningSettings;
import io.decant.trainer.learn.PredictionListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The weights that a new model begins with instead of random ones: from a safetensors file, one
 * that Decant exported or any other with tensors {@code fc1.weight}, {@code fc1.bias} and so on.
 * Lineage names the file by its digest; whoever learns from genesis again needs the file.
 * <i>Immutable: nobody writes to the weights.</i>
 */
public final class WarmStart {
    /** What the setting {@code init} begins with where lineage says which file it was. */
    static final String DIGEST = "sha256:";

    private final String digest;
    private final float[] weights;

    private WarmStart(String digest, float[] weights) {
        this.digest = digest;
        this.weights = weights;
    }

    /**
     * Reads a file.
     *
     * @throws InvalidModelException when it cannot be read or its tensors are not the model's
     */
    public static WarmStart read(Path file, ModelSpec spec) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            return new WarmStart(
                    DIGEST + HexFormat.of().formatHex(Sha256.of(bytes)), weights(bytes, spec));
        } catch (IOException unreadable) {
            throw new InvalidModelException(
                    "init: the file " + file + " cannot be read: " + unreadable, unreadable);
        } catch (InvalidModelException unfit) {
            throw new InvalidModelException(
                    "init: the file " + file + " is no model to begin with: " + unfit.getMessage(),
                    unfit);
        }
    }

    /**
     * What a model begins with.
     *
     * @param config of its beginning: names a file, or says by digest which file it was
     * @param file where the file of that digest is now, if somebody knows
     * @return empty when it begins with random weights
     * @throws InvalidModelException when a file is needed that nobody named, or is another one
     */
    public static Optional<WarmStart> of(TrainerConfig config, Optional<Path> file) {
        if (config.init().isEmpty()) {
            return Optional.empty();
        }
        if (!config.init().startsWith(DIGEST)) {
            return config.files().init().map(named -> read(named, config.spec()));
        }
        WarmStart start =
                read(
                        file.orElseThrow(
                                () ->
                                        new InvalidModelException(
                                                "the model began with the weights of a file ("
                                                        + config.init()
                                                        + "), and learning from its beginning needs that file: name it with init, or begin at a kept state")),
                        config.spec());
        if (!start.digest.equals(config.init())) {
            throw new InvalidModelException(
                    "init: the file "
                            + file.get()
                            + " is "
                            + start.digest
                            + ", the model began with "
                            + config.init());
        }
        return Optional.of(start);
    }

    /** A new model that begins so, or with random weights. */
    public static Learner genesis(
            LearningSettings settings, Optional<WarmStart> start, PredictionListener listener) {
        return start.map(known -> Learner.genesis(settings, known.weights, listener))
                .orElseGet(() -> Learner.genesis(settings, listener));
    }

    private static float[] weights(byte[] bytes, ModelSpec spec) {
        SafeTensors file = SafeTensors.read(bytes);
        List<Parameter> parameters = ParameterLayout.of(spec).parameters();
        float[] weights = new float[spec.parameterCount()];
        if (file.metadata().containsKey(Anchor.ENCODING)) {
            Anchor anchor = Anchor.decode(bytes);
            if (!ParameterLayout.of(anchor.spec()).equals(ParameterLayout.of(spec))) {
                throw new InvalidModelException(
                        "it has "
                                + anchor.spec().architecture().describe()
                                + ", the model has "
                                + spec.architecture().describe());
            }
            return anchor.floats();
        }
        if (spec.architecture() instanceof Mlp mlp) {
            String deeper = "fc" + (mlp.layers() + 1) + ".weight";
            if (file.tensor(deeper).isPresent()) {
                throw new InvalidModelException(
                        "it has a tensor '" + deeper + "', model.dims says " + mlp.dims());
            }
        }
        for (Parameter parameter : parameters) {
            Optional<SafeTensors.Tensor> tensor = file.tensor(parameter.name());
            if (tensor.isPresent()) {
                fill(tensor.get(), parameter, weights, spec);
            } else if (!mayLack(spec, parameter)) {
                throw new InvalidModelException(
                        "it has no tensor '"
                                + parameter.name()
                                + "' of shape "
                                + parameter.shape());
            }
        }
        return weights;
    }

    /** A perceptron without biases has zeros in their place. */
    private static boolean mayLack(ModelSpec spec, Parameter parameter) {
        return spec.architecture() instanceof Mlp mlp
                && !mlp.bias()
                && parameter.name().endsWith(".bias");
    }

    private static void fill(
            SafeTensors.Tensor tensor, Parameter parameter, float[] weights, ModelSpec spec) {
        boolean half = tensor.dtype() == DType.F16;
        if ((!half && tensor.dtype() != DType.F32) || !tensor.shape().equals(parameter.shape())) {
            throw new InvalidModelException(
                    "its tensor '"
                            + tensor.name()
                            + "' is "
                            + tensor.dtype()
                            + " of shape "
                            + tensor.shape()
                            + ", expected F32 or F16 of shape "
                            + parameter.shape()
                            + " as the model has it ("
                            + spec.architecture().describe()
                            + ")");
        }
        ByteBuffer data = tensor.data();
        for (int i = 0; i < parameter.size(); i++) {
            float value =
                    half
                            ? Float16.toFloat(data.getShort(i * Short.BYTES))
                            : data.getFloat(i * Float.BYTES);
            if (!Float.isFinite(value)) {
                throw new InvalidModelException(
                        "element " + i + " of its tensor '" + tensor.name() + "' is " + value);
            }
            weights[parameter.offset() + i] = value;
        }
    }

    /** {@code sha256:} and the digest of the file, hexadecimal. */
    public String digest() {
        return digest;
    }

    /** [parameters], in the order of {@link ParameterLayout}; not a copy. */
    public float[] weights() {
        return weights;
    }
}
