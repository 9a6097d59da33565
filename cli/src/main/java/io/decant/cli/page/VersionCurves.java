package io.decant.cli.page;

import io.decant.cli.page.Chart.Axis;
import io.decant.cli.page.Chart.Look;
import io.decant.cli.page.Chart.Point;
import io.decant.cli.page.Chart.Series;
import io.decant.records.CheckpointForm;
import io.decant.records.CheckpointManifest;
import io.decant.records.FormKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Charts of what was published, against time. <i>Thread-safe: all methods are pure.</i> */
public final class VersionCurves {
    private VersionCurves() {}

    /** Time since a moment. */
    public static Axis seconds(String since) {
        return new Axis("seconds since " + since, Unit.SECONDS);
    }

    /**
     * Sizes of the forms, and versions one after the other.
     *
     * @param startMillis where the time axis begins, since 1970-01-01T00:00Z
     * @param served how gateways followed; empty when that is not known
     */
    public static List<Chart> of(
            Collection<CheckpointManifest> manifests,
            long startMillis,
            Axis time,
            List<Series> served) {
        List<Point> deltas = new ArrayList<>();
        List<Point> anchors = new ArrayList<>();
        List<Point> versions = new ArrayList<>();
        for (CheckpointManifest manifest : manifests) {
            double at = (manifest.getPublishedAtMillis() - startMillis) / 1e3;
            versions.add(new Point(at, (double) manifest.getVersion()));
            for (CheckpointForm form : manifest.getForms()) {
                (form.getForm() == FormKind.ANCHOR ? anchors : deltas)
                        .add(new Point(at, (double) form.getBytes()));
            }
        }
        List<Series> sizes = new ArrayList<>();
        sizes.add(new Series("delta", "student", Look.LINE, deltas));
        sizes.add(new Series("anchor", "teacher", Look.MARKS, anchors));
        List<Series> steps = new ArrayList<>();
        steps.add(new Series("published", "student", Look.STEPS, versions));
        steps.addAll(served);
        return List.of(
                new Chart(
                        "bytes",
                        "Bytes of a version",
                        "What a gateway in step reads is the delta; an anchor holds the whole model, for gateways that begin. The axis is logarithmic.",
                        time,
                        new Axis("bytes", Unit.BYTES),
                        true,
                        sizes.stream().filter(Series::isMeasured).toList()),
                new Chart(
                        "versions-over-time",
                        "Versions",
                        "When each version was published"
                                + (served.isEmpty() ? "." : ", and which one the gateway served."),
                        time,
                        new Axis("version", Unit.COUNT),
                        false,
                        steps));
    }
}
