package io.decant.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextTableTest {
    @Test
    void numbersStandRightAndTextsLeft() {
        // When
        String text =
                new TextTable("version", "accuracy", "marks")
                        .row("9", "-", "live")
                        .row("1,010", "97.50 %", "")
                        .toString();
        // Then
        assertThat(text.lines())
                .containsExactly(
                        "  version accuracy marks",
                        "        9        - live",
                        "    1,010  97.50 %");
    }

    @Test
    void aRowHasACellForEachHead() {
        assertThatThrownBy(() -> new TextTable("one", "two").row("1"))
                .hasMessageContaining("a row must have 2 cells, had 1");
    }
}
