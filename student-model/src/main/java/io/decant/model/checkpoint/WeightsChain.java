package io.decant.model.checkpoint;

import io.decant.model.digest.Sha256;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A version's weights as its readers rebuild them: an anchor, then the deltas of the versions after
 * it, each result verified by the digest that the version's manifest names. Every step gives a new
 * chain, so whoever keeps the old one can refuse the new. <i>Immutable.</i>
 */
public final class WeightsChain {
    private final ModelSpec spec;
    private final float[] weights;
    private final byte[] digest;

    private WeightsChain(ModelSpec spec, float[] weights, byte[] digest) {
        this.spec = spec;
        this.weights = weights;
        this.digest = digest;
    }

    /**
     * Begins with a version's anchor.
     *
     * @param anchor as {@link Anchor#encode} wrote it
     * @param digest of the version's weights, as its manifest says
     * @throws InvalidModelException when the anchor is damaged or holds other weights
     */
    public static WeightsChain start(byte[] anchor, byte[] digest) {
        Anchor decoded = Anchor.decode(anchor);
        return verified(decoded.spec(), decoded.floats(), digest, "its anchor");
    }

    /**
     * Begins with weights that are known already.
     *
     * @param weights [parameters] of the spec; copied
     */
    public static WeightsChain at(ModelSpec spec, float[] weights) {
        if (weights.length != spec.parameterCount()) {
            throw new InvalidModelException(
                    "the spec "
                            + spec.architecture().describe()
                            + " has "
                            + spec.parameterCount()
                            + " parameters, the weights are "
                            + weights.length);
        }
        return new WeightsChain(spec, weights.clone(), Sha256.of(weights));
    }

    /**
     * Goes on to the version whose parent this is.
     *
     * @param delta as {@link Delta#toBytes} wrote it
     * @param digest of that version's weights, as its manifest says
     * @throws InvalidModelException when the delta is damaged or was made for another parent
     */
    public WeightsChain then(byte[] delta, byte[] digest) {
        float[] next = weights.clone();
        Delta.decode(delta, next.length).addTo(spec, next);
        return verified(spec, next, digest, "its delta and the parent that is here");
    }

    private static WeightsChain verified(
            ModelSpec spec, float[] weights, byte[] expected, String origin) {
        byte[] digest = Sha256.of(weights);
        if (!MessageDigest.isEqual(digest, expected)) {
            throw new InvalidModelException(
                    "the version's weights must have the SHA-256 "
                            + HexFormat.of().formatHex(expected)
                            + ", and "
                            + HexFormat.of().formatHex(digest)
                            + " came from "
                            + origin);
        }
        return new WeightsChain(spec, weights, digest);
    }

    public ModelSpec spec() {
        return spec;
    }

    /** A copy: [parameters]. */
    public float[] weights() {
        return weights.clone();
    }

    /** The version in full; what is written of it is exact. */
    public Anchor anchor() {
        ByteBuffer flat =
                ByteBuffer.allocate(weights.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        flat.asFloatBuffer().put(weights);
        return new Anchor(spec, AnchorEncoding.F32, flat);
    }

    /** SHA-256 of the weights as little-endian fp32; a copy. */
    public byte[] digest() {
        return digest.clone();
    }
}
