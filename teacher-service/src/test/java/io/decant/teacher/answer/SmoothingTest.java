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
    void onlyASmoothedTeacherThatIsSoftenedFarIsDoubted() {
        assertThat(Smoothing.doubt(smoothed(0.1), 3))
                .hasValueSatisfying(
                        doubt -> assertThat(doubt).contains("label smoothing 0.1", "is 3.0 here"));
        assertThat(Smoothing.doubt(smoothed(0.1), 2)).isEmpty();
        assertThat(Smoothing.doubt(smoothed(0), 3)).isEmpty();
        assertThat(Smoothing.doubt(Optional.empty(), 3)).isEmpty();
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
