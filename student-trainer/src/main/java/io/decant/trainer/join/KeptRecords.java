package io.decant.trainer.join;

import io.decant.records.Label;
import io.decant.records.Sample;
import io.decant.records.SoftTarget;

/**
 * What the deciding code asks of its surroundings: features by position, and the records that it
 * kept as bytes. Answers depend on the arguments only, so the decisions stay pure.
 */
interface KeptRecords {
    /** The sample at a position. */
    Lookup sample(Position at);

    /** A soft target that was kept; it could be read when it arrived. */
    SoftTarget softTarget(RawRecord kept);

    /** A label that was kept; it could be read when it arrived. */
    Label label(RawRecord kept);

    /** What stands at a position of the samples topic. */
    sealed interface Lookup {
        record Found(Sample sample) implements Lookup {}

        /** The topic's retention has removed it. */
        record Gone() implements Lookup {}

        /**
         * There is no sample that could be used.
         *
         * @param detail one sentence: what was found instead
         */
        record Unusable(String detail) implements Lookup {}
    }
}
