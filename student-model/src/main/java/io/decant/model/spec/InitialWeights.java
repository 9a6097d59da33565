package io.decant.model.spec;

import io.decant.model.random.SplitMix64;
import io.decant.model.spec.ParameterLayout.Parameter;

/**
 * First weights of a perceptron, a pure function of spec and seed: element i draws number i of
 * {@link SplitMix64}. <i>Thread-safe.</i>
 */
public final class InitialWeights {
    private InitialWeights() {}

    /**
     * PyTorch's default for linear layers: weights and biases uniform in ±1/√inputs.
     *
     * @return flat vector in the order of {@link ParameterLayout}
     */
    public static float[] uniform(ModelSpec spec, long seed) {
        float[] weights = new float[spec.parameterCount()];
        ParameterLayout layout = ParameterLayout.of(spec);
        Mlp mlp = spec.mlp();
        for (int layer = 0; layer < mlp.layers(); layer++) {
            double bound = 1 / Math.sqrt(mlp.dims().get(layer));
            fill(weights, layout.weight(layer), bound, seed);
            if (mlp.bias()) {
                fill(weights, layout.bias(layer), bound, seed);
            }
        }
        return weights;
    }

    private static void fill(float[] weights, Parameter parameter, double bound, long seed) {
        for (int i = parameter.offset(); i < parameter.offset() + parameter.size(); i++) {
            weights[i] = (float) ((2 * SplitMix64.unit(seed, i) - 1) * bound);
        }
    }
}
