package io.decant.pipeline.metrics;

import java.util.Optional;

/**
 * One number that a service shows, in training-metrics and at {@code /metrics}. <i>Immutable.</i>
 *
 * @param name as in training-metrics; the unit is in it
 * @param label what follows a dot in the name, as the reason in {@code dead_letters.undecodable};
 *     the name without a dot then is the sum
 * @param doc one sentence
 */
public record Metric(String name, Kind kind, Optional<String> label, String doc) {
    /** Whether it may fall. */
    public enum Kind {
        /** Grows from 0 for as long as the process lives. */
        COUNTER,
        /** A state of now. */
        GAUGE
    }

    /** A number that only grows. */
    public static Metric counter(String name, String doc) {
        return new Metric(name, Kind.COUNTER, Optional.empty(), doc);
    }

    /** A number that comes and goes. */
    public static Metric gauge(String name, String doc) {
        return new Metric(name, Kind.GAUGE, Optional.empty(), doc);
    }

    /** The same, told apart by what follows a dot in the name. */
    public Metric by(String whatFollows) {
        return new Metric(name, kind, Optional.of(whatFollows), doc);
    }

    /** Name at {@code /metrics}. */
    public String exposed() {
        return "decant_" + name + (kind == Kind.COUNTER ? "_total" : "");
    }
}
