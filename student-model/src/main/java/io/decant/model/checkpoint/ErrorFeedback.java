package io.decant.model.checkpoint;

import io.decant.model.spec.ModelSpec;
import java.util.Optional;

/**
 * Decides what a version is: e_n = e_{n−1} + f16(top-k(EMA_n − e_{n−1})), where EMA_n are the
 * trainer's averaged weights. What a version leaves out is in the next one's difference, so the
 * published weights follow the averaged ones (error feedback; Stich et al., "Sparsified SGD with
 * Memory", 2018). Every so many versions e_n is also rounded to what an anchor can hold, and exists
 * in both forms. The first version and the last of a finite stream are EMA_n itself, rounded like
 * that, as an anchor alone. <i>Immutable.</i>
 *
 * @param deltaShare share of the parameters that a delta may change, above 0, at most 1
 * @param anchorEvery versions that this divides have an anchor, at least 1
 * @param anchorEncoding how anchors hold weights
 */
public record ErrorFeedback(double deltaShare, long anchorEvery, AnchorEncoding anchorEncoding) {
    /** 5 % of the parameters, and exact anchors with every tenth version. */
    public static final ErrorFeedback DEFAULT = new ErrorFeedback(0.05, 10, AnchorEncoding.F32);

    /**
     * The forms of a version; at least one is there.
     *
     * @param delta what the version adds to its parent
     * @param anchor how the version's anchor holds its weights
     */
    public record Forms(Optional<Delta> delta, Optional<AnchorEncoding> anchor) {}

    public ErrorFeedback {
        if (!(deltaShare > 0 && deltaShare <= 1)) {
            throw new IllegalArgumentException(
                    "checkpoint.delta-share must be above 0 and at most 1, was " + deltaShare);
        }
        if (anchorEvery < 1) {
            throw new IllegalArgumentException(
                    "checkpoint.anchor-every must be at least 1, was " + anchorEvery);
        }
    }

    /**
     * Goes on by one version.
     *
     * @param version the new version, from 1
     * @param last whether a finite stream ends with it
     * @param average EMA_n, [parameters]
     * @param published e_{n−1}, [parameters]; e_n afterwards
     */
    public Forms advance(
            ModelSpec spec, long version, boolean last, float[] average, float[] published) {
        int entries = (int) Math.ceil(deltaShare * published.length);
        if (version == 1 || last || !isWorthwhile(entries, published.length)) {
            System.arraycopy(average, 0, published, 0, published.length);
            anchorEncoding.round(spec, published);
            return new Forms(Optional.empty(), Optional.of(anchorEncoding));
        }
        boolean anchored = version % anchorEvery == 0;
        AnchorEncoding rounding = anchored ? anchorEncoding : AnchorEncoding.F32;
        Delta delta = Delta.between(published, average, entries, rounding);
        delta.addTo(spec, published);
        return new Forms(
                Optional.of(delta), anchored ? Optional.of(anchorEncoding) : Optional.empty());
    }

    /**
     * Whether deltas are surely smaller than anchors. By bounds, not by what a compressor makes of
     * them: what a version is must not depend on that.
     */
    private boolean isWorthwhile(int entries, int parameters) {
        return Delta.mostBytes(entries, parameters) < anchorEncoding.leastBytes(parameters);
    }
}
