package io.decant.cli.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.cli.CommandFailure;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class GivenTest {
    @Test
    void aStreamChangesAtEqualPartsUnlessPositionsAreAskedFor() {
        // Given
        Given free = Givens.of(Givens.NOTHING);
        Given asked = Givens.of(Givens.switchAt(10, 20, 4000));
        // When, Then
        assertThat(free.switches(3)).containsExactly(1050, 2100, 3150);
        assertThat(free.switches(1)).containsExactly(2100);
        assertThat(asked.switches(3)).containsExactly(10, 20, 4000);
    }

    @Test
    void positionsOfAnotherNumberOrBehindTheEndAreRefused() {
        // Given
        Given two = Givens.of(Givens.switchAt(10, 20));
        Given far = Givens.of(Givens.switchAt(Givens.SAMPLES));
        // When, Then
        assertThatThrownBy(() -> two.switches(3))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("--switch-at must name 3 positions below 4200");
        assertThatThrownBy(() -> far.switches(1)).isInstanceOf(CommandFailure.class);
    }

    @Test
    void neighboursChangePlacesAndALastOneStays() {
        // Given
        Given given = Givens.of(Givens.NOTHING);
        // When
        List<Integer> becomes = given.swapped(List.of(5, 0, 3, 2, 6));
        // Then
        assertThat(becomes).containsExactly(5, 1, 3, 2, 4, 0, 6);
    }

    @Test
    void aClassThatTheDataSetDoesNotHaveIsRefused() {
        // Given
        Given given = Givens.of(Givens.classes(2, Givens.CLASSES));
        // When, Then
        assertThatThrownBy(() -> given.classesOr(List.of()))
                .hasMessageContaining("--classes must be below 7");
    }

    @Test
    void impossibleWishesAreRefusedTogether() {
        assertThatThrownBy(
                        () ->
                                new Asked(
                                        OptionalInt.of(0),
                                        OptionalDouble.of(2),
                                        List.of(5, 5),
                                        List.of(1, 1),
                                        List.of(1.5),
                                        3))
                .hasMessageContaining("--samples")
                .hasMessageContaining("--labels")
                .hasMessageContaining("--switch-at")
                .hasMessageContaining("--classes")
                .hasMessageContaining("--shares")
                .hasMessageContaining("--ahead");
    }
}
