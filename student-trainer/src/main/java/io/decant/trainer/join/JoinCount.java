package io.decant.trainer.join;

import java.util.Locale;

/** Everything that the join counts; the names are those of the metrics. <i>Immutable.</i> */
enum JoinCount {
    SAMPLES("Samples read."),
    SOFT_TARGETS("Soft targets read."),
    LABELS("Labels read."),
    PAIRS_LABELLED("Pairs that left with their label."),
    PAIRS_SOFT_ONLY("Pairs that left before their label."),
    PAIRS_LABEL_CORRECTION("Labels that followed their pair."),
    PAIRS_LABEL_ONLY("Pairs of a label alone, of samples that no teacher answered."),
    SOFT_TARGET_WAITING("Soft targets kept for a label or for other teachers."),
    SOFT_TARGET_DUPLICATE("Soft targets of a teacher that had answered already."),
    SOFT_TARGET_LATE_TEACHER("Soft targets of another teacher after the pair had left."),
    NOT_TAKEN("Soft targets and labels of samples that are not taken (source.share)."),
    SOFT_TARGET_SKIPPED("Samples that a teacher skipped."),
    LABEL_WAITING("Labels kept for their pair."),
    LABEL_DUPLICATE("Labels that repeat the first."),
    LABEL_CONFLICT("Labels that contradict the first; the first counts."),
    LABEL_UNMATCHED("Labels whose window ended without a soft target."),
    LABEL_EXPIRED("Late labels whose sample is no longer in the topic."),
    SAMPLE_EXPIRED("Soft targets whose sample is no longer in the topic."),
    SAMPLE_NEVER_LABELLED("Pairs whose window ended without a label."),
    SKIPPED_NEVER_LABELLED("Skipped samples whose window ended without a label."),
    DEAD_LETTERS("Records refused."),
    CACHE_HITS("Features found in the cache."),
    CACHE_MISSES("Features fetched from the samples topic."),
    LABEL_DELAYS("Labels joined, whose delay is in label_delay_millis."),
    LABEL_DELAY_MILLIS("Event time of labels minus event time of their samples, summed.");

    private final String doc;

    JoinCount(String doc) {
        this.doc = doc;
    }

    /** The metric's name, as in {@code pairs_soft_only}. */
    String metric() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What is counted; one sentence. */
    String doc() {
        return doc;
    }
}
