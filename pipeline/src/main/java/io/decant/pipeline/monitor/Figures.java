package io.decant.pipeline.monitor;

import io.decant.pipeline.metrics.Metric;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Shows at {@code /metrics} what a service writes to training-metrics: the same numbers by the same
 * names. A number that is left out of a source's later points is shown no more. <i>Thread-safe.</i>
 */
public final class Figures {
    private final MeterRegistry registry;
    private final String service;
    private final Map<String, Metric> known;
    private final Map<Series, Map<String, Shown>> shown = new ConcurrentHashMap<>();

    /** Who writes: a model's points of one kind. */
    private record Series(String source, String model) {}

    private record Shown(Meter meter, AtomicReference<Double> value) {}

    /**
     * Shows nothing yet.
     *
     * @param metrics what may come; anything else is shown as a gauge without a description
     */
    Figures(MeterRegistry registry, String service, List<Metric> metrics) {
        this.registry = registry;
        this.service = service;
        known = metrics.stream().collect(Collectors.toMap(Metric::name, Function.identity()));
    }

    /**
     * Shows one point.
     *
     * @param source which of the service's points it is; each leaves the others' alone
     * @param model the point's model
     * @param values by the names of training-metrics
     */
    public void show(String source, String model, Map<String, Double> values) {
        Map<String, Shown> before =
                shown.computeIfAbsent(new Series(source, model), each -> new HashMap<>());
        synchronized (before) {
            before.entrySet()
                    .removeIf(
                            entry -> {
                                boolean gone = !values.containsKey(entry.getKey());
                                if (gone) {
                                    registry.remove(entry.getValue().meter());
                                }
                                return gone;
                            });
            put(before, model, values);
        }
    }

    /** As {@link #show}, leaving what the source showed before and does not name now. */
    public void showAlso(String source, String model, Map<String, Double> values) {
        Map<String, Shown> before =
                shown.computeIfAbsent(new Series(source, model), each -> new HashMap<>());
        synchronized (before) {
            put(before, model, values);
        }
    }

    private void put(Map<String, Shown> into, String model, Map<String, Double> values) {
        values.forEach(
                (name, value) ->
                        into.computeIfAbsent(name, each -> add(each, model)).value().set(value));
    }

    private Shown add(String name, String model) {
        int dot = name.indexOf('.');
        String family = dot < 0 ? name : name.substring(0, dot);
        Metric metric = known.getOrDefault(family, Metric.gauge(family, ""));
        Tags tags = Tags.of("service", service, "model", model);
        if (metric.label().isPresent()) {
            // Prometheus wants the same labels on all of a name; the sum has an empty one.
            tags = tags.and(metric.label().get(), dot < 0 ? "" : name.substring(dot + 1));
        }
        AtomicReference<Double> value = new AtomicReference<>(Double.NaN);
        String exposed = "decant_" + family;
        Meter meter =
                metric.kind() == Metric.Kind.COUNTER
                        ? FunctionCounter.builder(exposed, value, AtomicReference::get)
                                .description(metric.doc())
                                .tags(tags)
                                .register(registry)
                        : Gauge.builder(exposed, value, AtomicReference::get)
                                .description(metric.doc())
                                .tags(tags)
                                .register(registry);
        return new Shown(meter, value);
    }
}
