package io.decant.cli.scenario;

import io.decant.cli.page.Unit;

/**
 * Something that is measured of a model in a trial. <i>Immutable.</i>
 *
 * @param key in reports; a public name
 * @param title in tables
 */
record Figure(String key, String title, Unit unit) {
    static final Figure HOLDOUT = share("holdout", "hold-out");
    static final Figure SHADOW = share("shadowHoldout", "hold-out, shadow");
    static final Figure GAP = points("holdoutOverShadow", "hold-out over shadow");
    static final Figure TEACHER = share("teacherHoldout", "hold-out, teacher");
    static final Figure PREQUENTIAL = share("prequential", "prequential");
    static final Figure SHADOW_PREQUENTIAL = share("shadowPrequential", "prequential, shadow");
    static final Figure CALIBRATION = share("ece", "ECE (15 bins)");
    static final Figure SHADOW_CALIBRATION = share("shadowEce", "ECE, shadow");
    static final Figure RATE = new Figure("samplesPerSecond", "samples/s", Unit.COUNT);
    static final Figure ASKED = share("teacherAsked", "teacher asked");

    static Figure share(String key, String title) {
        return new Figure(key, title, Unit.SHARE);
    }

    /** A difference of shares. */
    static Figure points(String key, String title) {
        return new Figure(key, title, Unit.POINTS);
    }

    static Figure count(String key, String title) {
        return new Figure(key, title, Unit.COUNT);
    }

    static Figure seconds(String key, String title) {
        return new Figure(key, title, Unit.SECONDS);
    }
}
