package io.decant.pipeline.monitor;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * What a stage spends its time on, and how much it has done: always on, so that one can say at any
 * time what limits the pipeline. A stage says what it does from now on a few times a turn, not once
 * a record. Busy time is everything but {@link Doing#WAIT_INPUT}; records divided by busy time are
 * the stage's capacity. <i>Thread-safe; one thread tells, any reads.</i>
 */
public final class WorkMeter {
    private final LongSupplier nanos;
    private final Map<Doing, Long> spent = new EnumMap<>(Doing.class);
    private Optional<Doing> doing = Optional.empty();
    private long since;
    private long records;
    private long turn;
    private OptionalLong lagRecords = OptionalLong.empty();
    private OptionalLong takenAtMillis = OptionalLong.empty();

    /** What a stage may be doing. */
    public enum Doing {
        /** Nothing is there to do. */
        WAIT_INPUT,
        /** Reading something beside the stream: features that left the cache, weights. */
        FETCH,
        /** The stage's own work. */
        WORK,
        /** The broker, or a publish, has to take what is there first. */
        WAIT_OUTPUT,
        /** Resting because a setting bounds the stage. */
        REST
    }

    /**
     * All until now.
     *
     * @param nanos time by what it was spent on
     * @param records taken in
     * @param lagRecords records that wait; empty when not known
     * @param takenAtMillis timestamp of the record taken in last; empty before the first
     * @param turn how long the present turn has lasted
     */
    public record Reading(
            Map<Doing, Long> nanos,
            long records,
            OptionalLong lagRecords,
            OptionalLong takenAtMillis,
            Duration turn) {}

    /**
     * Starts to measure.
     *
     * @param nanos a clock that never goes back, as {@link System#nanoTime}
     */
    public WorkMeter(LongSupplier nanos) {
        this.nanos = nanos;
        turn = nanos.getAsLong();
    }

    /** From now on the stage does this. Waiting for input, and resting, end a turn. */
    public synchronized void now(Doing next) {
        long time = nanos.getAsLong();
        doing.ifPresent(until -> spent.merge(until, time - since, Long::sum));
        since = time;
        doing = Optional.of(next);
        if (next == Doing.WAIT_INPUT || next == Doing.REST) {
            turn = time;
        }
    }

    /** Time that somebody else has measured, such as Kafka Streams; a turn ends with it. */
    public synchronized void add(Doing what, long time) {
        spent.merge(what, time, Long::sum);
        turn = nanos.getAsLong();
    }

    /** So many records were taken in. */
    public synchronized void took(long count) {
        records += count;
    }

    /** The record taken in last had this timestamp, milliseconds since 1970; 0 for none yet. */
    public synchronized void at(long timestampMillis) {
        if (timestampMillis > 0) {
            takenAtMillis = OptionalLong.of(timestampMillis);
        }
    }

    /** So many records wait. */
    public synchronized void lag(long waiting) {
        lagRecords = OptionalLong.of(waiting);
    }

    /** All until now, what goes on at this moment included. */
    public synchronized Reading read() {
        long time = nanos.getAsLong();
        Map<Doing, Long> until = new EnumMap<>(spent);
        doing.ifPresent(now -> until.merge(now, time - since, Long::sum));
        return new Reading(
                until, records, lagRecords, takenAtMillis, Duration.ofNanos(time - turn));
    }
}
