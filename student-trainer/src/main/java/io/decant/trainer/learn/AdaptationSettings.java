package io.decant.trainer.learn;

import io.decant.trainer.drift.DriftSettings;

/**
 * How learning adapts to a world that changes. <i>Immutable.</i>
 *
 * @param rehearsal against forgetting
 * @param trust against a teacher that is wrong
 * @param drift what is noticed, and what is done then
 * @param teachers how several are weighed
 */
public record AdaptationSettings(
        RehearsalSettings rehearsal,
        TrustSettings trust,
        DriftSettings drift,
        TeacherSettings teachers) {
    /** Nothing is remembered, alpha is fixed, nothing is watched, all teachers count the same. */
    public static final AdaptationSettings NONE =
            new AdaptationSettings(
                    RehearsalSettings.OFF,
                    TrustSettings.OFF,
                    DriftSettings.OFF,
                    TeacherSettings.EQUAL);
}
