package io.decant.trainer.learn;

import io.decant.model.random.SplitMix64;
import io.decant.trainer.gate.GateSettings;

/**
 * Which samples are held out for the publishing gate: those whose id's hash under the model's seed
 * falls into a share. <i>Immutable.</i>
 *
 * @param share of all samples, in [0, 1)
 * @param seed of the hash: not the model's own, by which classes are drawn from labels
 */
public record GateShare(double share, long seed) {
    /** Which of the model's generators this is: "gate". */
    private static final long STREAM = 0x67617465;

    /** None while the gate is off. */
    public static GateShare of(GateSettings settings, long modelSeed) {
        return new GateShare(
                settings.isOn() ? settings.share() : 0, SplitMix64.at(modelSeed, STREAM));
    }

    /** Whether the pair's sample is held out. */
    public boolean holds(Pair pair) {
        return share > 0 && pair.key().uniform(seed) < share;
    }
}
