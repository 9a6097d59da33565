package io.decant.gateway;

import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** What a gateway has done since its start. <i>Thread-safe.</i> */
public final class GatewayCounters {
    private final LongAdder answered = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder rows = new LongAdder();
    private final LongAdder answerNanos = new LongAdder();
    private final LongAdder reloads = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private final LongAdder bytesReceived = new LongAdder();
    private final LongAdder registryRecordsRefused = new LongAdder();
    private final LongAdder reportsDropped = new LongAdder();
    private final LongSupplier nanos;
    private OptionalLong fetchBegun = OptionalLong.empty();
    private OptionalDouble reloadSeconds = OptionalDouble.empty();

    /**
     * Nothing yet.
     *
     * @param nanos a clock that never goes back, as {@link System#nanoTime}
     */
    public GatewayCounters(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * Counts at one moment.
     *
     * @param requests requests for predictions, however they ended
     * @param refused those answered with 4xx: the client's fault
     * @param failed those answered with 5xx: overload, no model yet, or a bug
     * @param rows inputs predicted
     * @param answerNanos time from complete requests to their answers, waiting included, of
     *     answered requests
     * @param reloads versions swapped in from Kafka
     * @param rejected candidates refused
     * @param bytesReceived keys and values read from Kafka, registry and weights
     * @param registryRecordsRefused unreadable records of the registry, passed
     * @param reportsDropped reports that did not fit the queue while Kafka was away
     */
    public record Snapshot(
            long requests,
            long refused,
            long failed,
            long rows,
            long answerNanos,
            long reloads,
            long rejected,
            long bytesReceived,
            long registryRecordsRefused,
            long reportsDropped) {
        /** Requests that were answered with predictions. */
        public long answered() {
            return requests - refused - failed;
        }
    }

    public Snapshot snapshot() {
        long refusals = refused.sum();
        long failures = failed.sum();
        return new Snapshot(
                answered.sum() + refusals + failures,
                refusals,
                failures,
                rows.sum(),
                answerNanos.sum(),
                reloads.sum(),
                rejected.sum(),
                bytesReceived.sum(),
                registryRecordsRefused.sum(),
                reportsDropped.sum());
    }

    /** A request was answered with predictions. */
    public void answered(int inputs, long nanos) {
        answered.increment();
        rows.add(inputs);
        answerNanos.add(nanos);
    }

    /** A request was answered with an error. */
    public void answeredWithError(int status) {
        (status < 500 ? refused : failed).increment();
    }

    public synchronized void reloaded() {
        reloads.increment();
        long now = nanos.getAsLong();
        fetchBegun.ifPresent(begun -> reloadSeconds = OptionalDouble.of((now - begun) / 1e9));
        fetchBegun = OptionalLong.empty();
    }

    /** Weights are being fetched; the first time since the last reload begins the next one. */
    public synchronized void fetching() {
        if (fetchBegun.isEmpty()) {
            fetchBegun = OptionalLong.of(nanos.getAsLong());
        }
    }

    /** From the first fetch to the swap, of the last version that was fetched and served. */
    public synchronized OptionalDouble reloadSeconds() {
        return reloadSeconds;
    }

    public synchronized void rejected() {
        rejected.increment();
        fetchBegun = OptionalLong.empty();
    }

    public void received(long bytes) {
        bytesReceived.add(bytes);
    }

    public void registryRecordRefused() {
        registryRecordsRefused.increment();
    }

    public void reportDropped() {
        reportsDropped.increment();
    }
}
