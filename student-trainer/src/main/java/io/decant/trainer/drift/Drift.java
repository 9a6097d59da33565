package io.decant.trainer.drift;

/**
 * Drift was noticed. <i>Immutable.</i>
 *
 * @param signal in which
 * @param size by how much the signal's mean has risen, in (0, 1]
 */
public record Drift(Signal signal, double size) {}
