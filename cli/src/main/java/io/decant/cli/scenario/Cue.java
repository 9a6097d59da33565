package io.decant.cli.scenario;

/** Something that is done when the stream has come to a position. <i>Immutable.</i> */
sealed interface Cue {
    /** Samples before it. */
    int position();

    /**
     * All samples before are learned, a version is published, and the test files are asked of it.
     *
     * @param name of what is measured
     */
    record Examine(int position, String name, Exam exam) implements Cue {}

    /** The teacher's service stops; samples go on coming. */
    record TeacherLeaves(int position) implements Cue {}

    /** The teacher's service starts again. */
    record TeacherReturns(int position) implements Cue {}
}
