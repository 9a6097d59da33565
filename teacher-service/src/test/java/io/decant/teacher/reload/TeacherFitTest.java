package io.decant.teacher.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.model.spec.DType;
import io.decant.model.teacher.TeacherModel.Layer;
import java.util.List;
import org.junit.jupiter.api.Test;

class TeacherFitTest {
    private static final List<Layer> LAYERS = List.of(new Layer("hidden", List.of(128)));
    private static final TeacherFit RUNNING = new TeacherFit(DType.U8, List.of(28, 28), 10, LAYERS);

    @Test
    void aTeacherOfTheSameFeaturesAndClassesFits() {
        assertThat(RUNNING.problem(new TeacherFit(DType.U8, List.of(28, 28), 10, LAYERS)))
                .isEmpty();
    }

    @Test
    void anotherElementTypeOrShapeDoesNotFitTheSamples() {
        assertThat(RUNNING.problem(new TeacherFit(DType.F32, List.of(28, 28), 10, LAYERS)))
                .contains(
                        "it takes f32 of shape [28, 28]; expected u8 of shape [28, 28], as the samples have");
        assertThat(RUNNING.problem(new TeacherFit(DType.U8, List.of(784), 10, LAYERS)))
                .contains(
                        "it takes u8 of shape [784]; expected u8 of shape [28, 28], as the samples have");
    }

    @Test
    void anotherNumberOfClassesDoesNotFitTheStudents() {
        assertThat(RUNNING.problem(new TeacherFit(DType.U8, List.of(28, 28), 11, LAYERS)))
                .contains("it has 11 classes; expected 10, as the teacher that runs");
    }

    @Test
    void layersOfAnotherShapeDoNotFitTheStudents() {
        List<Layer> wider = List.of(new Layer("hidden", List.of(256)));
        assertThat(RUNNING.problem(new TeacherFit(DType.U8, List.of(28, 28), 10, wider)))
                .hasValueSatisfying(
                        problem ->
                                assertThat(problem)
                                        .contains("it gives the layers")
                                        .contains("as the teacher that runs"));
    }
}
