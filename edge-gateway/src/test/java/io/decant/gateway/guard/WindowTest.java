package io.decant.gateway.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.pipeline.config.Configuration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A window of 20 comparisons: 4 may change, 2 may move, 10 may be slow. */
class WindowTest {
    private final Window window = new Window(Configuration.of(GuardSettings.class, List.of()), 20);

    private void add(int times, Comparison comparison) {
        for (int i = 0; i < times; i++) {
            window.add(comparison);
        }
    }

    private static Comparison sure(int reference, int candidate) {
        return new Comparison(true, reference, candidate, false, false);
    }

    private static Comparison unsure(int reference, int candidate) {
        return new Comparison(false, reference, candidate, false, false);
    }

    @Test
    void allowsAFewChangedAnswersAlsoWhenTheyAreTheFirst() {
        // When two answers each change to the other's class
        add(2, sure(1, 2));
        add(2, sure(2, 1));

        // Then
        assertThat(window.breach()).isEmpty();
    }

    @Test
    void tellsOneChangedAnswerTooManyAtOnce() {
        // When
        add(3, sure(1, 2));
        add(2, sure(2, 1));

        // Then
        assertThat(window.breach())
                .hasValueSatisfying(
                        breach ->
                                assertThat(breach)
                                        .startsWith("5 of the last 5 answers")
                                        .contains("at most 4 may be"));
    }

    @Test
    void tellsAnswersThatAllMoveToOneClassBeforeTheyAreManyChanges() {
        // When three answers of three classes become a fourth: 3 changes, 3 moved
        add(1, sure(1, 4));
        add(1, sure(2, 4));
        add(1, sure(3, 4));

        // Then
        assertThat(window.breach())
                .hasValueSatisfying(breach -> assertThat(breach).contains("guard.max-distance"));
    }

    @Test
    void doesNotCompareTheClassesOfAReferenceThatIsNotSure() {
        // When
        add(100, unsure(1, 2));

        // Then
        assertThat(window.breach()).isEmpty();
        assertThat(window.compared()).isEqualTo(100);
    }

    @Test
    void forgetsWhatIsLongerAgoThanItsSize() {
        // Given
        add(4, sure(1, 2));
        add(20, sure(1, 1));

        // When
        add(2, sure(1, 2));

        // Then
        assertThat(window.breach()).isEmpty();
    }

    @Test
    void tellsOfOneBrokenAnswerForEver() {
        // When
        window.add(new Comparison(false, 1, -1, true, false));
        add(100, sure(1, 1));

        // Then
        assertThat(window.breach())
                .hasValueSatisfying(breach -> assertThat(breach).contains("no finite answer"));
    }

    @Test
    void allowsHalfOfTheAnswersToBeSlowAndNoMore() {
        // Given
        add(10, new Comparison(true, 1, 1, false, true));
        assertThat(window.breach()).isEmpty();

        // When
        add(1, new Comparison(true, 1, 1, false, true));

        // Then
        assertThat(window.breach())
                .hasValueSatisfying(breach -> assertThat(breach).contains("guard.max-slowdown"));
    }
}
