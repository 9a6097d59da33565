package io.decant.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.trainer.learn.Accuracy;
import java.util.OptionalDouble;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TeacherDoubtTest {
    @ParameterizedTest
    @CsvSource({
        "511, 0.10, false",
        "512, 0.10, true",
        "512, 0.02, true",
        "512, 0.15, true",
        "512, 0.16, false"
    })
    void aTeacherThatGuessesIsNamedOnceEnoughIsKnown(long scored, double share, boolean doubted) {
        // Given: ten classes, so four deviations of guessing end at 15.3 %
        OptionalDouble accuracy = OptionalDouble.of(share);
        // When, Then
        assertThat(
                        TeacherDoubt.about(new Accuracy(scored, accuracy, accuracy, accuracy), 10)
                                .isPresent())
                .isEqualTo(doubted);
    }
}
