package io.decant.trainer.join;

import io.decant.records.Label;

/**
 * What remains of a label once it is used: enough to tell a repetition from a contradiction. Two
 * distributions are taken for equal when a 32-bit hash of them is. <i>Immutable.</i>
 *
 * @param distribution whether the label was a distribution
 * @param value the class index, or the distribution's hash
 */
record LabelMark(boolean distribution, int value) {
    static LabelMark of(Label label) {
        Integer index = label.getClassIndex();
        // Java fixes List.hashCode and Float.hashCode for good, so the mark may be stored.
        return index != null
                ? new LabelMark(false, index)
                : new LabelMark(true, label.getDistribution().hashCode());
    }
}
