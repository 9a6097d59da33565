package io.decant.trainer.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** The tables of docs/edge-gate.md are those that the formulas give. */
class GatePageTest {
    private static final Path PAGE = Path.of("..", "docs", "edge-gate.md");
    private static final double Z = 1.645;
    private static final int SLICES = 10;

    @Test
    void thePageSaysWhatAGateOfEachSizeCanDetect() throws IOException {
        // Given
        List<String> rows = new ArrayList<>();
        for (int samples : new int[] {500, 1_000, 2_000, 5_000, 10_000, 20_000}) {
            for (double differing : new double[] {0.01, 0.04, 0.08}) {
                rows.add(overall(samples, differing));
            }
        }
        for (int samples : new int[] {50, 100, 200, 500, 1_000}) {
            rows.add(slice(samples));
        }
        // When
        String page = Files.readString(PAGE);
        // Then
        assertThat(rows).allSatisfy(row -> assertThat(page).contains(row));
    }

    /**
     * Standard error; the tolerance with which an equal candidate is refused once in 20 times; how
     * often it is refused with the default.
     */
    private static String overall(int samples, double differing) {
        int each = (int) Math.round(samples * differing / 2);
        double error = new PairedTest(samples, each, each, 0).standardError();
        double refused = normal(Z - GateSettings.OFF.tolerance() / error);
        return String.format(
                Locale.ROOT,
                "| %,d | %.0f %% | %.2f | %.1f | %s |",
                samples,
                100 * differing,
                100 * error,
                200 * Z * error,
                refused < 0.0005
                        ? "under 0.1 %"
                        : String.format(Locale.ROOT, "%.1f %%", 100 * refused));
    }

    /**
     * The fall that is refused 19 times in 20, where 2 % and 4 % of the answers differ besides, as
     * many for the better as for the worse.
     */
    private static String slice(int samples) {
        return String.format(
                Locale.ROOT,
                "| %,d | %.0f | %.0f |",
                samples,
                100 * detected(samples, 0.02),
                100 * detected(samples, 0.04));
    }

    private static double detected(int samples, double differing) {
        double quantiles = PairedTest.quantile(0.05 / SLICES) + Z;
        DoubleUnaryOperator margin =
                fall ->
                        fall
                                - GateSettings.OFF.sliceTolerance()
                                - quantiles * Math.sqrt((differing + fall - fall * fall) / samples);
        double low = 0;
        double high = 1;
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            if (margin.applyAsDouble(middle) < 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /** The standard normal distribution function, by Simpson's rule over its density. */
    private static double normal(double x) {
        int steps = 2_000;
        double from = -12;
        double width = (x - from) / steps;
        double sum = 0;
        for (int i = 0; i <= steps; i++) {
            double weight = i == 0 || i == steps ? 1 : i % 2 == 0 ? 2 : 4;
            double at = from + i * width;
            sum += weight * Math.exp(-at * at / 2);
        }
        return sum * width / 3 / Math.sqrt(2 * Math.PI);
    }
}
