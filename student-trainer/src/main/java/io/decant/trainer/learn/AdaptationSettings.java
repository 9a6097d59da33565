package io.decant.trainer.learn;

import io.decant.trainer.drift.DriftSettings;
import io.decant.trainer.quality.QualitySettings;

/**
 * How learning adapts to a world that changes, and what is counted of it. <i>Immutable.</i>
 *
 * @param rehearsal against forgetting
 * @param trust against a teacher that is wrong
 * @param drift what is noticed, and what is done then
 * @param quality what is known of the student
 * @param teachers how several are weighed
 */
public record AdaptationSettings(
        RehearsalSettings rehearsal,
        TrustSettings trust,
        DriftSettings drift,
        QualitySettings quality,
        TeacherSettings teachers) {
    /**
     * Nothing is remembered, alpha is fixed, nothing is watched or counted, all teachers count the
     * same.
     */
    public static final AdaptationSettings NONE =
            new AdaptationSettings(
                    RehearsalSettings.OFF,
                    TrustSettings.OFF,
                    DriftSettings.OFF,
                    QualitySettings.OFF,
                    TeacherSettings.EQUAL);
}
