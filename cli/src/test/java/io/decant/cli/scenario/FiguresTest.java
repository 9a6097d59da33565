package io.decant.cli.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.decant.cli.run.Rendering;
import io.decant.cli.run.RunWatch.View.FirstPair;
import io.decant.cli.run.StreamPlan;
import io.decant.cli.run.StreamPlan.Item;
import io.decant.cli.run.StreamPredictions;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How figures of seeds and curves come together. */
class FiguresTest {
    private static final Figure HOLDOUT = Figure.HOLDOUT;

    private static SeedFigures seed(Double holdout) {
        SeedFigures figures = new SeedFigures();
        figures.put("row", HOLDOUT, holdout);
        return figures;
    }

    private static StreamPlan plan(int samples) {
        return new StreamPlan(IntStream.range(0, samples).mapToObj(i -> item(500 + i)).toList(), 0);
    }

    private static Item item(int index) {
        return new Item("run-" + index, index, Rendering.PLAIN, 1, OptionalInt.empty());
    }

    @Test
    void meanAndDeviationAreThoseOfTheSeedsThatMeasured() {
        // Given
        Summary summary =
                new Summary(
                        List.of(1L, 2L, 3L, 4L),
                        List.of(seed(0.8), seed(null), seed(0.9), seed(0.85)));
        // When, Then: deviations −5, 5 and 0 points
        assertThat(summary.mean("row", HOLDOUT)).isCloseTo(0.85, within(1e-12));
        assertThat(summary.deviation("row", HOLDOUT))
                .isCloseTo(Math.sqrt(0.0050 / 2), within(1e-12));
        assertThat(summary.values("row", HOLDOUT)).containsExactly(0.8, null, 0.9, 0.85);
        assertThat(summary.text("row", HOLDOUT)).isEqualTo("85.00 % (3 of 4)");
        assertThat(summary.points("row", HOLDOUT)).isEqualTo("85.00 (3 of 4)");
    }

    @Test
    void whatNobodyMeasuredIsNoNumber() {
        // Given
        Summary summary = new Summary(List.of(1L, 2L), List.of(seed(null), seed(Double.NaN)));
        // When, Then
        assertThat(summary.mean("row", HOLDOUT)).isNull();
        assertThat(summary.deviation("row", HOLDOUT)).isNull();
        assertThat(summary.text("row", HOLDOUT)).isEqualTo("-");
        assertThat(ScenarioTable.cells(summary, List.of(HOLDOUT))).isEmpty();
    }

    @Test
    void theTableHasEverySeedOfEveryFigure() {
        // Given
        Summary summary = new Summary(List.of(7L, 9L), List.of(seed(0.8), seed(0.9)));
        // When, Then
        assertThat(ScenarioTable.heads(summary))
                .containsExactly("stream", "figure", "seed 7", "seed 9", "mean", "sd");
        assertThat(ScenarioTable.cells(summary, List.of(HOLDOUT, Figure.GAP)))
                .containsExactly(
                        List.of("row", "hold-out", "80.00 %", "90.00 %", "85.00 %", "7.07 %"));
    }

    @Test
    void aDifferenceIsKnownWhenBothSidesAre() {
        // Given
        SeedFigures figures = new SeedFigures();
        figures.put("a", HOLDOUT, 0.9);
        figures.put("b", HOLDOUT, 0.7);
        figures.put("c", HOLDOUT, null);
        // When, Then
        assertThat(Derived.difference(Figure.GAP, HOLDOUT, "a", "b").of().apply(figures))
                .isCloseTo(0.2, within(1e-12));
        assertThat(Derived.difference(Figure.GAP, HOLDOUT, "a", "c").of().apply(figures)).isNull();
    }

    @Test
    void aCurveIsTheShareOfRightPredictionsInEachWindowOverAllSeeds() {
        // Given: right in the first half for one seed, everywhere for the other
        StreamPlan plan = plan(1200);
        int[] half = new int[1200];
        Arrays.fill(half, 0, 600, 1);
        int[] all = new int[1200];
        Arrays.fill(all, 1);
        Curves curves = new Curves();
        // When
        curves.add("student", plan, half);
        curves.add("student", plan, all);
        // Then
        List<Curves.Point> points = curves.points("student");
        assertThat(points).hasSize(120);
        assertThat(points.get(0)).isEqualTo(new Curves.Point(5, 1.0));
        assertThat(points.get(119)).isEqualTo(new Curves.Point(1195, 0.5));
    }

    @Test
    void aModelThatPredictedNothingHasNoCurve() {
        // Given
        int[] none = new int[10];
        Arrays.fill(none, StreamPredictions.NONE);
        Curves curves = new Curves();
        // When
        curves.add("shadow", plan(10), none);
        // Then
        assertThat(curves.names()).isEmpty();
    }

    @Test
    void aPlaceInTheJournalIsThatOfTheLastSampleBeforeIt() {
        // Given: sample 1 came before sample 0, and offset 12 holds a correction
        JournalPositions positions =
                JournalPositions.of(
                        plan(3),
                        List.of(
                                new FirstPair("run-501", 0, 10, 0),
                                new FirstPair("run-500", 0, 11, 0),
                                new FirstPair("run-502", 1, 10, 0),
                                new FirstPair("other-500", 0, 13, 0)));
        // When, Then
        assertThat(positions.at(0, 10)).hasValue(1);
        assertThat(positions.at(0, 12)).hasValue(0);
        assertThat(positions.at(1, 99)).hasValue(2);
        assertThat(positions.at(0, 9)).isEmpty();
        assertThat(positions.at(-1, -1)).isEmpty();
    }
}
