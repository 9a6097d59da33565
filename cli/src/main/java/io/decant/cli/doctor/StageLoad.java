package io.decant.cli.doctor;

import io.decant.pipeline.monitor.Load;
import io.decant.pipeline.monitor.WorkMeter.Doing;
import io.decant.records.MetricPoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How busy one process was, between the first and the last of its points. <i>Immutable.</i>
 *
 * @param service as in commands
 * @param model what it works for; the service's name when it has no model
 * @param instance which process of the service
 * @param shares share of the time by what it was spent on, [0, 1]
 * @param rate records taken in a second
 * @param lag records that wait at the end
 * @param grown how many more these are than at the beginning
 * @param lagSeconds age of the record taken in last while others wait; 0 when none does
 * @param served version that a gateway serves; 0 for others
 */
public record StageLoad(
        String service,
        String model,
        String instance,
        Map<Doing, Double> shares,
        double rate,
        double lag,
        double grown,
        double lagSeconds,
        boolean ready,
        boolean paused,
        long served) {
    /** Between two points that are closer, counters say little. */
    public static final double SHORTEST_SECONDS = 3;

    private static final double MOMENT_RECORDS = 200;
    private static final double MOMENT_SECONDS = 1;
    private static final double OLD_SECONDS = 3;

    private record Process(String service, String model, String instance) {}

    /** All that points tell; processes with points of too short a time are left out. */
    public static List<StageLoad> of(List<MetricPoint> points) {
        Map<Process, List<MetricPoint>> loads = new LinkedHashMap<>();
        Map<Process, Double> served = new LinkedHashMap<>();
        for (MetricPoint point : points) {
            Process from = new Process(point.getService(), point.getModel(), point.getInstance());
            if (point.getValues().containsKey(Load.RECORDS)) {
                loads.computeIfAbsent(from, each -> new ArrayList<>()).add(point);
            }
            Double version = point.getValues().get("served_version");
            if (version != null) {
                served.put(from, version);
            }
        }
        List<StageLoad> all = new ArrayList<>();
        loads.forEach(
                (process, own) -> {
                    own.sort(Comparator.comparingLong(MetricPoint::getAtMillis));
                    MetricPoint first = own.get(0);
                    MetricPoint last = own.get(own.size() - 1);
                    double seconds = (last.getAtMillis() - first.getAtMillis()) / 1e3;
                    if (seconds >= SHORTEST_SECONDS) {
                        double version = served.getOrDefault(process, 0.0);
                        all.add(between(process, first, last, seconds, (long) version));
                    }
                });
        return List.copyOf(all);
    }

    private static StageLoad between(
            Process process, MetricPoint first, MetricPoint last, double seconds, long served) {
        Map<Doing, Double> shares = new EnumMap<>(Doing.class);
        for (Doing doing : Doing.values()) {
            String name = Load.SECONDS + "." + doing.name().toLowerCase(Locale.ROOT);
            double spent = value(last, name) - value(first, name);
            shares.put(doing, Math.min(1, Math.max(0, spent / seconds)));
        }
        double lag = value(last, Load.LAG_RECORDS);
        return new StageLoad(
                process.service(),
                process.model(),
                process.instance(),
                shares,
                Math.max(0, value(last, Load.RECORDS) - value(first, Load.RECORDS)) / seconds,
                lag,
                lag - value(first, Load.LAG_RECORDS),
                value(last, Load.LAG_SECONDS),
                value(last, "ready") > 0,
                value(last, Load.PAUSED) > 0,
                served);
    }

    private static double value(MetricPoint point, String name) {
        return point.getValues().getOrDefault(name, 0.0);
    }

    /** Share of the time in which it did not wait for input, [0, 1]. */
    public double busy() {
        return shares.entrySet().stream()
                .filter(entry -> entry.getKey() != Doing.WAIT_INPUT)
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    /** Records a second if it were busy all the time; NaN when it took none. */
    public double capacity() {
        return rate == 0 || busy() == 0 ? Double.NaN : rate / busy();
    }

    /** What most of the busy time was spent on. */
    public Doing mostly() {
        return shares.entrySet().stream()
                .filter(entry -> entry.getKey() != Doing.WAIT_INPUT)
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(Doing.WORK);
    }

    /** Whether input waits that it has had the time for: more than a moment's worth. */
    public boolean behind() {
        return lag > Math.max(MOMENT_RECORDS, rate * MOMENT_SECONDS)
                || lag > 0 && lagSeconds > OLD_SECONDS;
    }

    /** Whether more waits than before, by more than a moment's worth. */
    public boolean losesGround() {
        return grown > Math.max(MOMENT_RECORDS, rate * MOMENT_SECONDS);
    }
}
