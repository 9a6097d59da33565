package io.decant.cli.doctor;

import io.decant.records.MetricPoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What services tell of themselves in training-metrics. <i>Thread-safe: pure.</i> */
public final class ServiceLook {
    private static final List<String> EXPECTED = List.of("teacher", "joiner", "trainer", "gateway");

    /** Clocks that differ more mislead expiry and freshness. */
    private static final long SKEW_MILLIS = 2_000;

    private ServiceLook() {}

    /**
     * Looks at who is there and at their clocks.
     *
     * @param window before now from which the points are
     * @param nowMillis by this machine's clock
     */
    public static List<Finding> findings(
            List<MetricPoint> points, List<StageLoad> loads, Duration window, long nowMillis) {
        List<Finding> all = new ArrayList<>();
        TreeMap<String, TreeSet<String>> seen = new TreeMap<>();
        points.forEach(
                point ->
                        seen.computeIfAbsent(point.getService(), each -> new TreeSet<>())
                                .add(point.getInstance()));
        for (String service : EXPECTED) {
            all.add(
                    seen.containsKey(service)
                            ? Finding.ok(
                                    "services",
                                    service + ": " + String.join(", ", seen.get(service)))
                            : Finding.note(
                                    "services",
                                    "no "
                                            + service
                                            + " has been heard of for "
                                            + window.toSeconds()
                                            + " s"));
        }
        loads.stream()
                .filter(load -> !load.ready())
                .forEach(
                        load ->
                                all.add(
                                        Finding.trouble(
                                                "services",
                                                load.service()
                                                        + " "
                                                        + load.instance()
                                                        + " is not ready; its /readyz says why")));
        if (seen.containsKey("trainer")
                && points.stream().noneMatch(p -> p.getValues().getOrDefault("leading", 0.0) > 0)) {
            all.add(
                    Finding.note(
                            "services",
                            "no version was published for " + window.toSeconds() + " s"));
        }
        all.add(clocks(points, nowMillis));
        all.addAll(refusals(points));
        return all;
    }

    private record Refuser(String service, String instance) {}

    private static List<Finding> refusals(List<MetricPoint> points) {
        Map<Refuser, TreeMap<Long, Double>> counts = new LinkedHashMap<>();
        for (MetricPoint point : points) {
            Double refused = point.getValues().get("dead_letters");
            if (refused != null) {
                counts.computeIfAbsent(
                                new Refuser(point.getService(), point.getInstance()),
                                each -> new TreeMap<>())
                        .put(point.getAtMillis(), refused);
            }
        }
        List<Finding> all = new ArrayList<>();
        counts.forEach(
                (refuser, over) -> {
                    double more = over.lastEntry().getValue() - over.firstEntry().getValue();
                    if (more > 0) {
                        all.add(
                                Finding.trouble(
                                        "dead letters",
                                        String.format(
                                                Locale.ROOT,
                                                "%s %s has just refused %,.0f records; decant dead-letters list says why",
                                                refuser.service(),
                                                refuser.instance(),
                                                more)));
                    }
                });
        return all.isEmpty()
                ? List.of(Finding.ok("dead letters", "no record was refused just now"))
                : all;
    }

    private static Finding clocks(List<MetricPoint> points, long nowMillis) {
        return points.stream()
                .filter(point -> point.getAtMillis() - nowMillis > SKEW_MILLIS)
                .findFirst()
                .map(
                        point ->
                                Finding.trouble(
                                        "clocks",
                                        "the clock of "
                                                + point.getService()
                                                + " "
                                                + point.getInstance()
                                                + " is "
                                                + (point.getAtMillis() - nowMillis)
                                                + " ms ahead of this machine's; set both by NTP"))
                .orElseGet(() -> Finding.ok("clocks", "no service's is ahead of this machine's"));
    }
}
