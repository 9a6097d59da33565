package io.decant.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.decant.dataset.IdxDataset;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;

/** The README's figures, so that a run can say how it compares. <i>Thread-safe.</i> */
final class ReferenceFigures {
    private ReferenceFigures() {}

    /** One line. */
    static String compare(IdxDataset dataset, DemoOptions options, Report report) {
        JsonNode figures = read().path(dataset.training().digest());
        boolean asInReadme =
                options.samples().isEmpty()
                        && options.labelledShare() == 1
                        && options.labelDelay() == 0
                        && options.labelNoise() == 0
                        && options.shuffle()
                        && options.teacher().isEmpty()
                        && options.student().isEmpty()
                        && options.settings().isEmpty();
        if (figures.isMissingNode() || !asInReadme) {
            return "The README has no figures for this data set with these options.";
        }
        return String.format(
                Locale.ROOT,
                "README: student %.2f %%, shadow %.2f %%, prequential %.2f %%. This run: %+.2f, %+.2f and %+.2f points.",
                100 * figures.path("holdout").asDouble(),
                100 * figures.path("shadow").asDouble(),
                100 * figures.path("prequential").asDouble(),
                points(report.holdoutAccuracy(), figures.path("holdout")),
                points(report.labelsOnlyHoldoutAccuracy(), figures.path("shadow")),
                points(report.prequentialAccuracy(), figures.path("prequential")));
    }

    private static double points(Double measured, JsonNode reference) {
        return measured == null ? Double.NaN : 100 * (measured - reference.asDouble());
    }

    private static JsonNode read() {
        try (InputStream in =
                ReferenceFigures.class.getResourceAsStream("reference-figures.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException missing) {
            throw new UncheckedIOException(
                    "reference-figures.json belongs to the program", missing);
        }
    }
}
