package io.decant.trainer.learn;

/**
 * How much was learned since the model's genesis. <i>Immutable.</i>
 *
 * @param pairs samples learned for the first time
 * @param corrections late labels learned
 * @param gate records of samples that are held out for the publishing gate, their late labels too
 * @param refused records that were dead-lettered
 * @param leftOut records that were not for this model
 * @param steps optimiser steps of the student
 * @param shadowSteps optimiser steps of the shadow
 * @param watermarkMillis greatest event time learned from, milliseconds since 1970-01-01T00:00Z; 0
 *     if nothing
 */
public record Counters(
        long pairs,
        long corrections,
        long gate,
        long refused,
        long leftOut,
        long steps,
        long shadowSteps,
        long watermarkMillis) {}
