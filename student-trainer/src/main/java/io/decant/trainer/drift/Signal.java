package io.decant.trainer.drift;

import java.util.Locale;

/** What is watched for drift; each value is 0 or 1. */
public enum Signal {
    /** The student chose another class than the teacher, just before it learned. Needs no label. */
    DISAGREEMENT,
    /** The teacher chose another class than the label: how a teacher shows that it is stale. */
    TEACHER_ERROR;

    /** As it is written in events and metrics. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
