package io.decant.cli.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScenariosTest {
    static Set<String> names() {
        return Scenarios.about().keySet();
    }

    private static Summary summary(Scenario scenario) {
        List<SeedFigures> bySeed = new ArrayList<>();
        for (long seed : List.of(1L, 2L)) {
            Given given = Givens.of(seed, Givens.NOTHING);
            SeedFigures figures = new SeedFigures();
            for (Trial trial : scenario.trials(given)) {
                for (Variant variant : trial.variants()) {
                    Observation seen = Observations.of(trial, seed + variant.hashCode());
                    scenario.measures(given)
                            .forEach(
                                    measure ->
                                            figures.put(
                                                    trial.row(variant),
                                                    measure.figure(),
                                                    measure.of().apply(seen)));
                }
            }
            scenario.derived(given)
                    .forEach(
                            each ->
                                    figures.put(
                                            each.row(), each.figure(), each.of().apply(figures)));
            bySeed.add(figures);
        }
        return new Summary(List.of(1L, 2L), bySeed);
    }

    @ParameterizedTest
    @MethodSource("names")
    void aScenarioOfAnyDataSetMeasuresAllThatItsSentenceSays(String name) {
        // Given
        Scenario scenario = Scenarios.named(name);
        // When
        Summary summary = summary(scenario);
        String sentence = scenario.shows(summary);
        // Then: every figure is there, and the sentence ends
        assertThat(sentence).endsWith(".").doesNotContain("null", "NaN", " - ");
        for (Derived derived : scenario.derived(Givens.of(Givens.NOTHING))) {
            assertThat(summary.rows()).contains(derived.row());
            assertThat(summary.mean(derived.row(), derived.figure()))
                    .as("%s of %s", derived.figure().key(), derived.row())
                    .isNotNull();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void rowsAndFiguresHaveNamesOfTheirOwn(String name) {
        // Given
        Scenario scenario = Scenarios.named(name);
        Given given = Givens.of(Givens.NOTHING);
        // When
        List<String> rows =
                scenario.trials(given).stream()
                        .flatMap(trial -> trial.variants().stream().map(trial::row))
                        .toList();
        List<String> keys =
                scenario.measures(given).stream().map(each -> each.figure().key()).toList();
        // Then
        assertThat(rows).doesNotHaveDuplicates().isNotEmpty();
        assertThat(keys).doesNotHaveDuplicates().isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("names")
    void cuesStandInTheStreamInTheirOrder(String name) {
        for (Trial trial : Scenarios.named(name).trials(Givens.of(Givens.NOTHING))) {
            List<Integer> positions = trial.cues().stream().map(Cue::position).toList();
            assertThat(positions).isSorted().allMatch(at -> at > 0 && at < trial.plan().samples());
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void noTwoSamplesOfAStreamHaveTheSameId(String name) {
        for (Trial trial : Scenarios.named(name).trials(Givens.of(Givens.NOTHING))) {
            assertThat(IntStream.range(0, trial.plan().samples()).mapToObj(trial.plan()::sampleId))
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void anUnknownNameIsAnsweredWithThoseThatThereAre() {
        assertThatThrownBy(() -> Scenarios.named("drifts"))
                .hasMessageContaining("there is no scenario 'drifts'")
                .hasMessageContaining("zero-labels");
        assertThat(names()).hasSize(13);
        assertThat(Scenarios.about().values().stream().map(String::length))
                .allMatch(length -> length < 160);
        assertThat(
                        Scenarios.about().values().stream()
                                .map(text -> text.charAt(text.length() - 1))
                                .collect(Collectors.toSet()))
                .containsExactly('.');
    }
}
