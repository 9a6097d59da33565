package io.decant.teacher.sample;

import io.decant.records.DeadLetterReason;
import io.decant.records.Sample;

/** What became of a record from the samples topic. <i>Immutable.</i> */
public sealed interface Verdict {
    /**
     * The teacher can score it.
     *
     * @param features raw little-endian bytes of the features, as many as the teacher's input has;
     *     the sample's own array, not to be changed
     */
    record Fit(Sample sample, byte[] features) implements Verdict {}

    /**
     * It belongs into the dead-letter topic.
     *
     * @param detail one sentence: what was wrong, what was expected
     */
    record Refused(DeadLetterReason reason, String detail) implements Verdict {}
}
