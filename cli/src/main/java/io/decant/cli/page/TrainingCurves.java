package io.decant.cli.page;

import io.decant.cli.page.Chart.Axis;
import io.decant.cli.page.Chart.Look;
import io.decant.cli.page.Chart.Point;
import io.decant.cli.page.Chart.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Charts of how a model learned, against pairs. <i>Thread-safe: all methods are pure.</i> */
public final class TrainingCurves {
    private static final Axis PAIRS = new Axis("pairs learned", Unit.COUNT);
    private static final Axis ACCURACY = new Axis("prequential accuracy", Unit.SHARE);

    private TrainingCurves() {}

    /**
     * Points of one run.
     *
     * @param suffix after the names of its curves; empty for none
     * @param marks whether single points are drawn, not lines
     */
    public record Source(String suffix, boolean marks, List<TrainingPoint> points) {
        public Source {
            points = List.copyOf(points);
        }

        private Series series(
                String name, String colour, Look look, Function<TrainingPoint, Double> value) {
            return new Series(
                    name + suffix,
                    colour,
                    marks ? Look.MARKS : look,
                    points.stream()
                            .map(point -> new Point(point.pairs(), value.apply(point)))
                            .toList());
        }
    }

    /** Accuracies and losses; a chart without anything measured is left out. */
    public static List<Chart> of(List<Source> sources) {
        List<Series> sliding = new ArrayList<>();
        List<Series> agreement = new ArrayList<>();
        List<Series> cumulative = new ArrayList<>();
        List<Series> losses = new ArrayList<>();
        for (Source source : sources) {
            sliding.addAll(models(source, TrainingPoint.Scores::sliding));
            cumulative.addAll(models(source, TrainingPoint.Scores::cumulative));
            agreement.add(
                    source.series(
                            "student and teacher", "other", Look.LINE, TrainingPoint::agreement));
            losses.add(
                    source.series(
                            "teacher term", "teacher", Look.LINE, TrainingPoint::teacherLoss));
            losses.add(
                    source.series("label term", "student", Look.DASHED, TrainingPoint::labelLoss));
        }
        List<Chart> charts = new ArrayList<>();
        boolean labels = sliding.stream().anyMatch(Series::isMeasured);
        charts.add(labels ? sliding(sliding) : agreement(agreement));
        charts.add(
                chart(
                        "accuracy-cumulative",
                        "Accuracy since the beginning",
                        "Share of all predictions so far that were right, each made before its sample was learned.",
                        ACCURACY,
                        cumulative));
        charts.add(
                chart(
                        "loss",
                        "Losses",
                        "Of the batch learned last, on the weights that it led to: divergence from the teacher, and cross-entropy with labels.",
                        new Axis("nats", Unit.NATS),
                        losses));
        charts.removeIf(chart -> chart.series().isEmpty());
        return charts;
    }

    private static Chart sliding(List<Series> series) {
        return chart(
                "accuracy",
                "Accuracy of the last 1,000 predictions",
                "Each prediction was made just before its sample was learned, and scored when its label arrived. The shadow is the same student, learning labels alone.",
                ACCURACY,
                series);
    }

    private static Chart agreement(List<Series> series) {
        return chart(
                "agreement",
                "Agreement with the teacher, last 1,000 predictions",
                "No label arrived, so accuracy is not known; this is how often the student chose the teacher's class before it learned the sample.",
                new Axis("agreement", Unit.SHARE),
                series);
    }

    private static Chart chart(String id, String title, String note, Axis y, List<Series> series) {
        return new Chart(
                id,
                title,
                note,
                PAIRS,
                y,
                false,
                series.stream().filter(Series::isMeasured).toList());
    }

    private static List<Series> models(
            Source source, Function<TrainingPoint.Scores, Double> score) {
        return List.of(
                source.series(
                        "student", "student", Look.LINE, point -> score.apply(point.student())),
                source.series(
                        "shadow", "shadow", Look.DASHED, point -> score.apply(point.shadow())),
                source.series(
                        "teacher", "teacher", Look.DOTTED, point -> score.apply(point.teacher())));
    }
}
