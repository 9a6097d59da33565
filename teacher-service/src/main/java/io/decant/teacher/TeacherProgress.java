package io.decant.teacher;

/**
 * How far a teacher process has come. <i>Immutable.</i>
 *
 * @param scored samples answered and committed since the start
 * @param skipped samples skipped by a declared rule and committed since the start
 * @param refused samples sent to the dead letters and committed since the start
 */
public record TeacherProgress(long scored, long skipped, long refused) {}
