package io.decant.teacher.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.teacher.TeacherCardFacts;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class SmoothingTest {
    @Test
    void onlyASmoothedTeacherIsDoubted() {
        assertThat(Smoothing.doubt(smoothed(0.1)))
                .hasValue(
                        "the teacher was trained with label smoothing 0.1, and students of such teachers lose at high temperatures; keep the trainer's temperature at or below 2");
        assertThat(Smoothing.doubt(smoothed(0))).isEmpty();
        assertThat(Smoothing.doubt(Optional.empty())).isEmpty();
    }

    private static Optional<TeacherCardFacts> smoothed(double share) {
        return Optional.of(
                new TeacherCardFacts(
                        new InputSpec(DType.U8, List.of(4), 1, 0, 1),
                        false,
                        Optional.empty(),
                        OptionalDouble.empty(),
                        OptionalDouble.of(share)));
    }
}
