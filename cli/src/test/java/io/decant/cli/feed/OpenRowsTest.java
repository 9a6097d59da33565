package io.decant.cli.feed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpenRowsTest {
    @Test
    void aRowIsOpenUntilItsSampleAndItsLabelAreConfirmed() {
        // Given
        OpenRows open = new OpenRows();
        open.begin(7, 2);
        open.begin(8, 1);
        open.begin(9, 1);

        // When
        open.confirmed(7);
        open.confirmed(8);

        // Then
        assertThat(open.first()).hasValue(7);
        open.confirmed(7);
        assertThat(open.first()).hasValue(9);
        open.confirmed(9);
        assertThat(open.first()).isEmpty();
    }
}
