package io.decant.cli.run;

/**
 * How a sample is shown to the pipeline: each is a domain of its own in which the same classes look
 * different. <i>Immutable.</i>
 */
public enum Rendering {
    /** As in the file. */
    PLAIN,
    /** Axes in reverse order: an image mirrored at its diagonal. */
    TRANSPOSED,
    /** Lowest value for highest: a negative. */
    INVERTED
}
