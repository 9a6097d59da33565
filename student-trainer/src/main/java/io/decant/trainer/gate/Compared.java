package io.decant.trainer.gate;

/**
 * One held-out sample, answered by both. <i>Immutable.</i>
 *
 * @param slice what the sample is counted under
 */
public record Compared(String slice, Score candidate, Score live) {}
