package io.decant.cli.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrialsTest {
    @Test
    void aGridHasEveryCombinationOnce() {
        // When
        List<Map<String, String>> trials =
                Trials.grid(
                        List.of(Varied.parse("alpha=0.5,0.9"), Varied.parse("temperature=1,2,4")));
        // Then
        assertThat(trials)
                .hasSize(6)
                .doesNotHaveDuplicates()
                .contains(Map.of("alpha", "0.9", "temperature", "2"));
    }

    @Test
    void aGridCannotCoverARange() {
        assertThatThrownBy(() -> Trials.grid(List.of(Varied.parse("alpha=0.5..0.9"))))
                .hasMessageContaining("alpha")
                .hasMessageContaining("--random");
    }

    @Test
    void theSameSeedDrawsTheSameTrials() {
        // Given
        List<Varied> varied =
                List.of(Varied.parse("learning-rate=log:0.0001..0.1"), Varied.parse("alpha=0,1"));
        // When
        List<Map<String, String>> drawn = Trials.random(varied, 50, 7);
        // Then
        assertThat(drawn).hasSize(50).isEqualTo(Trials.random(varied, 50, 7));
        assertThat(Trials.random(varied, 50, 8)).isNotEqualTo(drawn);
    }

    @Test
    void aDrawIsNotTriedTwice() {
        assertThat(Trials.random(List.of(Varied.parse("alpha=0.1,0.2")), 100, 1))
                .containsExactlyInAnyOrder(Map.of("alpha", "0.1"), Map.of("alpha", "0.2"));
    }

    @Test
    void equalFactorsOfALogarithmicRangeAreEquallyLikely() {
        // Given
        Varied varied = Varied.parse("learning-rate=log:0.0001..0.1");
        // When
        long belowTheMiddle =
                IntStream.range(0, 1000)
                        .filter(i -> Double.parseDouble(varied.at(i / 1000.0)) < 0.00316)
                        .count();
        // Then
        assertThat(belowTheMiddle).isBetween(495L, 505L);
    }

    @Test
    void wholeEndsMakeARangeOfWholeNumbersAllEquallyLikely() {
        // Given
        Varied varied = Varied.parse("batch-size=1998..2001");
        // When
        Map<String, Long> drawn =
                IntStream.range(0, 1000)
                        .mapToObj(i -> varied.at(i / 1000.0))
                        .collect(Collectors.groupingBy(value -> value, Collectors.counting()));
        // Then
        assertThat(drawn).isEqualTo(Map.of("1998", 250L, "1999", 250L, "2000", 250L, "2001", 250L));
    }

    @Test
    void aLogarithmicRangeOfWholeNumbersHasBothEnds() {
        // Given
        Varied varied = Varied.parse("batch-size=log:1..3");
        // When, Then: from 1 to 4, of which 1 and 2 are half the way
        assertThat(varied.at(0)).isEqualTo("1");
        assertThat(varied.at(0.49)).isEqualTo("1");
        assertThat(varied.at(0.51)).isEqualTo("2");
        assertThat(varied.at(Math.nextDown(1.0))).isEqualTo("3");
    }

    @ParameterizedTest
    @CsvSource({"0.12345649, 0.5", "0.5, 0.87654351", "-0.12345651, -0.1"})
    void roundingDoesNotLeadBeyondTheEnds(double low, double high) {
        // Given
        Varied varied = Varied.parse("alpha=" + low + ".." + high);
        // When, Then
        for (double unit : new double[] {0, Math.nextDown(1.0)}) {
            assertThat(Double.parseDouble(varied.at(unit))).isBetween(low, high);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alpha",
                "=1,2",
                "alpha=",
                "alpha=1..0",
                "alpha=a..b",
                "x=log:0..1",
                "x=1..Infinity"
            })
    void whatCannotBeReadIsSaidWithWhatWasExpected(String text) {
        assertThatThrownBy(() -> Varied.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("LOW..HIGH");
    }
}
