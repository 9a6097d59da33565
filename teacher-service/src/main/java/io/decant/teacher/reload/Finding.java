package io.decant.teacher.reload;

import io.decant.model.teacher.Teacher;

/** What became of somebody who could take over from the teacher. <i>Immutable.</i> */
public sealed interface Finding {
    /**
     * It can replace the teacher that runs.
     *
     * @param teacher opened and tried; whoever takes the finding closes it
     * @param bytes size of its file, or of its weights
     */
    record Ready(Teacher teacher, long bytes) implements Finding {}

    /**
     * The teacher that runs goes on.
     *
     * @param reason one sentence: what was wrong, what was expected
     */
    record Refused(String reason) implements Finding {}
}
