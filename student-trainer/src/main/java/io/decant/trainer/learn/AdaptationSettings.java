package io.decant.trainer.learn;

import io.decant.trainer.drift.DriftSettings;

/**
 * How learning adapts to a world that changes. <i>Immutable.</i>
 *
 * @param rehearsal against forgetting
 * @param trust against a teacher that is wrong
 * @param drift what is noticed, and what is done then
 */
public record AdaptationSettings(
        RehearsalSettings rehearsal, TrustSettings trust, DriftSettings drift) {
    /** Nothing is remembered, alpha is fixed, nothing is watched. */
    public static final AdaptationSettings NONE =
            new AdaptationSettings(RehearsalSettings.OFF, TrustSettings.OFF, DriftSettings.OFF);
}
