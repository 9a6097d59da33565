package io.decant.pipeline.monitor;

import io.decant.pipeline.metrics.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The numbers that every service shows of its work. <i>Thread-safe: pure.</i> */
public final class Load {
    /** Seconds by what they were spent on: {@code work_seconds.wait_input} and so on. */
    public static final String SECONDS = "work_seconds";

    /** Records taken in. */
    public static final String RECORDS = "work_records";

    public static final String LAG_RECORDS = "lag_records";
    public static final String LAG_SECONDS = "lag_seconds";

    /** 1 while an operator has paused the service. */
    public static final String PAUSED = "paused";

    private static final Path OF_THIS_PROCESS = Path.of("/proc/self/status");

    /** What there is. */
    public static final List<Metric> METRICS =
            List.of(
                    Metric.counter(
                                    SECONDS,
                                    "Seconds of the service's main thread, by what they were spent on; everything but wait_input is busy time.")
                            .by("doing"),
                    Metric.counter(RECORDS, "Records taken in."),
                    Metric.gauge(LAG_RECORDS, "Records that wait to be taken in."),
                    Metric.gauge(
                            LAG_SECONDS,
                            "Age of the record taken in last while others wait; 0 when none does."),
                    Metric.gauge("ready", "1 while the service is ready."),
                    Metric.gauge(PAUSED, "1 while an operator has paused the service."),
                    Metric.gauge(
                            "resident_bytes",
                            "Memory of the process outside swap, the engine's included; on Linux."));

    private Load() {}

    /**
     * The numbers of one moment.
     *
     * @param nowMillis wall-clock time, as records have it
     */
    static Map<String, Double> of(
            WorkMeter.Reading reading, boolean ready, boolean paused, long nowMillis) {
        Map<String, Double> values = new TreeMap<>();
        for (WorkMeter.Doing doing : WorkMeter.Doing.values()) {
            values.put(
                    SECONDS + "." + doing.name().toLowerCase(Locale.ROOT),
                    reading.nanos().getOrDefault(doing, 0L) / 1e9);
        }
        values.put(RECORDS, (double) reading.records());
        values.put("ready", ready ? 1.0 : 0.0);
        values.put(PAUSED, paused ? 1.0 : 0.0);
        reading.lagRecords()
                .ifPresent(
                        waiting -> {
                            values.put(LAG_RECORDS, (double) waiting);
                            reading.takenAtMillis()
                                    .ifPresent(
                                            taken ->
                                                    values.put(
                                                            LAG_SECONDS,
                                                            lagSeconds(waiting, taken, nowMillis)));
                        });
        residentBytes().ifPresent(bytes -> values.put("resident_bytes", bytes));
        return values;
    }

    private static double lagSeconds(long waiting, long takenMillis, long nowMillis) {
        return waiting == 0 ? 0 : Math.max(0, nowMillis - takenMillis) / 1e3;
    }

    /** Empty where the system does not say. */
    private static OptionalDouble residentBytes() {
        try (Stream<String> lines = Files.lines(OF_THIS_PROCESS)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> 1024.0 * Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst();
        } catch (IOException elsewhere) {
            return OptionalDouble.empty();
        }
    }
}
