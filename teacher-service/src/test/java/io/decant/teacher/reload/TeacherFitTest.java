package io.decant.teacher.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.model.spec.DType;
import java.util.List;
import org.junit.jupiter.api.Test;

class TeacherFitTest {
    private static final TeacherFit RUNNING = new TeacherFit(DType.U8, List.of(28, 28), 10);

    @Test
    void aTeacherOfTheSameFeaturesAndClassesFits() {
        assertThat(RUNNING.problem(new TeacherFit(DType.U8, List.of(28, 28), 10))).isEmpty();
    }

    @Test
    void anotherElementTypeOrShapeDoesNotFitTheSamples() {
        assertThat(RUNNING.problem(new TeacherFit(DType.F32, List.of(28, 28), 10)))
                .contains(
                        "it takes f32 of shape [28, 28]; expected u8 of shape [28, 28], as the samples have");
        assertThat(RUNNING.problem(new TeacherFit(DType.U8, List.of(784), 10)))
                .contains(
                        "it takes u8 of shape [784]; expected u8 of shape [28, 28], as the samples have");
    }

    @Test
    void anotherNumberOfClassesDoesNotFitTheStudents() {
        assertThat(RUNNING.problem(new TeacherFit(DType.U8, List.of(28, 28), 11)))
                .contains("it has 11 classes; expected 10, as the teacher that runs");
    }
}
