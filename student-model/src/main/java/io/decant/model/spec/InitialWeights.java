package io.decant.model.spec;

import io.decant.model.spec.ParameterLayout.Parameter;

/**
 * First weights of a model, a pure function of spec and seed. Element i draws from the i-th output
 * of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA
 * 2014), which can be computed without its predecessors. <i>Thread-safe.</i>
 */
public final class InitialWeights {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private InitialWeights() {}

    /**
     * PyTorch's default for linear layers: weights and biases uniform in ±1/√inputs.
     *
     * @return flat vector in the order of {@link ParameterLayout}
     */
    public static float[] uniform(ModelSpec spec, long seed) {
        float[] weights = new float[spec.parameterCount()];
        ParameterLayout layout = ParameterLayout.of(spec);
        for (int layer = 0; layer < spec.layers(); layer++) {
            double bound = 1 / Math.sqrt(spec.dims().get(layer));
            fill(weights, layout.weight(layer), bound, seed);
            if (spec.bias()) {
                fill(weights, layout.bias(layer), bound, seed);
            }
        }
        return weights;
    }

    private static void fill(float[] weights, Parameter parameter, double bound, long seed) {
        for (int i = parameter.offset(); i < parameter.offset() + parameter.size(); i++) {
            double unit = (splitMix64(seed, i) >>> 11) * 0x1.0p-53;
            weights[i] = (float) ((2 * unit - 1) * bound);
        }
    }

    /** Output number {@code index} (from 0) of SplitMix64 started at {@code seed}. */
    static long splitMix64(long seed, long index) {
        long z = seed + (index + 1) * GOLDEN_GAMMA;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
