package io.decant.cli.run;

import io.decant.pipeline.source.SourceShare;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/**
 * Which samples of a stream get a label, and what it says: a pure function of the sample's id.
 * <i>Immutable.</i>
 *
 * @param share of samples that are labelled, 0 to 1
 * @param noise probability, 0 to 1, that a label names another class, each equally likely
 * @param classes at least 2
 */
public record LabelRule(double share, double noise, int classes, long seed) {
    /** The class that the sample's label names, or empty when the sample is not labelled. */
    public OptionalInt label(String sampleId, int truth) {
        SplittableRandom random = new SplittableRandom(seed ^ SourceShare.hash(sampleId));
        if (random.nextDouble() >= share) {
            return OptionalInt.empty();
        }
        if (random.nextDouble() >= noise) {
            return OptionalInt.of(truth);
        }
        return OptionalInt.of((truth + 1 + random.nextInt(classes - 1)) % classes);
    }
}
