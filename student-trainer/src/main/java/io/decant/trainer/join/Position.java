package io.decant.trainer.join;

import io.decant.records.SoftTarget;

/**
 * Where a sample stands in the samples topic. <i>Immutable.</i>
 *
 * @param partition partition number, from 0
 * @param offset offset in that partition, from 0
 */
record Position(int partition, long offset) {
    /** The sample that a soft target answers. */
    static Position of(SoftTarget target) {
        return new Position(target.getSamplePartition(), target.getSampleOffset());
    }
}
