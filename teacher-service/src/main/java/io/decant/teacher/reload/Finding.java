package io.decant.teacher.reload;

import io.decant.model.teacher.TeacherModel;

/** What became of a new file under the teacher's name. <i>Immutable.</i> */
public sealed interface Finding {
    /**
     * It can replace the teacher that runs.
     *
     * @param model opened and tried; whoever takes the finding closes it
     * @param fileBytes size of its file
     */
    record Ready(TeacherModel model, long fileBytes) implements Finding {}

    /**
     * The teacher that runs goes on.
     *
     * @param reason one sentence: what was wrong, what was expected
     */
    record Refused(String reason) implements Finding {}
}
