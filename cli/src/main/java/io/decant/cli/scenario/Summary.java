package io.decant.cli.scenario;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * The figures of all seeds. <i>Immutable by convention: nobody puts more into them.</i>
 *
 * @param seeds in the order of running
 * @param bySeed as many
 */
record Summary(List<Long> seeds, List<SeedFigures> bySeed) {
    Summary {
        seeds = List.copyOf(seeds);
        bySeed = List.copyOf(bySeed);
    }

    List<String> rows() {
        return bySeed.stream().flatMap(each -> each.rows().stream()).distinct().toList();
    }

    List<Figure> figures(String row) {
        return bySeed.stream().flatMap(each -> each.figures(row).stream()).distinct().toList();
    }

    /** One value a seed; null where it was not measured. */
    List<Double> values(String row, Figure figure) {
        // A list that may hold null.
        return bySeed.stream().map(each -> each.value(row, figure)).toList();
    }

    /** Mean over the seeds that measured it; null when none did. */
    Double mean(String row, Figure figure) {
        OptionalDouble mean =
                values(row, figure).stream()
                        .filter(Objects::nonNull)
                        .mapToDouble(Double::doubleValue)
                        .average();
        return mean.isPresent() ? mean.getAsDouble() : null;
    }

    /** Standard deviation of the seeds (n − 1); null for fewer than two. */
    Double deviation(String row, Figure figure) {
        List<Double> known = values(row, figure).stream().filter(Objects::nonNull).toList();
        if (known.size() < 2) {
            return null;
        }
        double mean = mean(row, figure);
        double squares = known.stream().mapToDouble(value -> (value - mean) * (value - mean)).sum();
        return Math.sqrt(squares / (known.size() - 1));
    }

    /** Seeds that measured it. */
    long measured(String row, Figure figure) {
        return values(row, figure).stream().filter(Objects::nonNull).count();
    }

    /** The mean of a difference as text, in points without a plus. */
    String points(String row, Figure figure) {
        Double mean = mean(row, figure);
        return mean == null
                ? "-"
                : String.format(Locale.ROOT, "%.2f", 100 * mean) + seedsIfMissing(row, figure);
    }

    /** The mean as text; with the number of seeds that it is of, when that is not all. */
    String text(String row, Figure figure) {
        return figure.unit().text(mean(row, figure)) + seedsIfMissing(row, figure);
    }

    private String seedsIfMissing(String row, Figure figure) {
        long measured = measured(row, figure);
        return measured == 0 || measured == seeds.size()
                ? ""
                : " (" + measured + " of " + seeds.size() + ")";
    }
}
