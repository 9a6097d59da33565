package io.decant.model.training;

import io.decant.model.spec.ModelSpec;

/**
 * What a training gave. Compares by identity. <i>Immutable by convention: nobody writes to the
 * arrays.</i>
 */
public final class TrainedTeacher {
    private final ModelSpec spec;
    private final float[] weights;
    private final byte[] archive;
    private final double holdoutAccuracy;

    TrainedTeacher(ModelSpec spec, float[] weights, byte[] archive, double holdoutAccuracy) {
        this.spec = spec;
        this.weights = weights;
        this.archive = archive;
        this.holdoutAccuracy = holdoutAccuracy;
    }

    public ModelSpec spec() {
        return spec;
    }

    /** Flat weights in the layout of the spec. */
    public float[] weights() {
        return weights.clone();
    }

    /**
     * TorchScript file: raw unsigned bytes [B, …] to logits [B, C], with {@code extra/decant.json}.
     */
    public byte[] archive() {
        return archive.clone();
    }

    /** Share of right answers on the test split, in [0, 1]. */
    public double holdoutAccuracy() {
        return holdoutAccuracy;
    }
}
