package io.decant.cli.scenario;

import java.util.function.Function;

/**
 * A figure that is made of others of the same seed. <i>Immutable.</i>
 *
 * @param row that it stands in
 */
record Derived(String row, Figure figure, Function<SeedFigures, Double> of) {
    /** The same, in another row. */
    Derived in(String other) {
        return new Derived(other, figure, of);
    }

    /** How much higher a figure is in one row than in another; stands in the first. */
    static Derived difference(Figure figure, Figure of, String row, String than) {
        return new Derived(
                row,
                figure,
                figures -> {
                    Double first = figures.value(row, of);
                    Double second = figures.value(than, of);
                    return first == null || second == null ? null : first - second;
                });
    }
}
