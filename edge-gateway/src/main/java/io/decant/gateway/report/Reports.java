package io.decant.gateway.report;

import io.decant.follower.registry.RegistryFeed;
import io.decant.follower.reload.ReloadReports;
import io.decant.follower.reload.ServingModel;
import io.decant.gateway.GatewayCounters;
import io.decant.records.GatewayStatus;
import io.decant.records.Verdict;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What the gateway has to say, on its way to Kafka. Bounded: while Kafka is away the oldest report
 * makes room, and is counted. <i>Thread-safe; one thread takes.</i>
 */
public final class Reports implements ReloadReports {
    private final String gatewayId;
    private final String model;
    private final BlockingQueue<Report> queue;
    private final GatewayCounters counters;
    private final InstantSource clock;
    private volatile long highest;

    /** One message. */
    public sealed interface Report {
        /** For the topic gateway-status. */
        record Status(GatewayStatus status) implements Report {}

        /** For the topic dead-letters. */
        record Unreadable(RegistryFeed.Refused refused) implements Report {}
    }

    /**
     * Makes an empty queue.
     *
     * @param capacity most reports that wait
     */
    public Reports(
            String gatewayId,
            String model,
            int capacity,
            GatewayCounters counters,
            InstantSource clock) {
        this.gatewayId = gatewayId;
        this.model = model;
        this.counters = counters;
        this.clock = clock;
        queue = new ArrayBlockingQueue<>(capacity);
    }

    @Override
    public void received(long bytes) {
        counters.received(bytes);
    }

    /**
     * Says what is served and what became of a candidate, and counts it.
     *
     * @param candidate its version; 0 for none
     * @param reason why it was rejected; empty when it was not
     */
    @Override
    public void status(
            Optional<ServingModel> serving, long candidate, Verdict verdict, String reason) {
        GatewayStatus status = new GatewayStatus();
        status.setGatewayId(gatewayId);
        status.setModel(model);
        status.setServedVersion(serving.map(ServingModel::version).orElse(0L));
        status.setServingSinceMillis(
                serving.map(served -> served.servedSince().toEpochMilli()).orElse(0L));
        status.setCandidateVersion(candidate);
        status.setVerdict(verdict);
        status.setReason(reason);
        status.setHighestVersion(highest);
        status.setAtMillis(clock.millis());
        offer(new Report.Status(status));
        count(candidate, verdict);
    }

    private void count(long candidate, Verdict verdict) {
        if (verdict == Verdict.ACCEPTED) {
            counters.reloaded();
        } else if (verdict == Verdict.REJECTED && candidate > 0) {
            counters.rejected();
        }
    }

    /** The highest version that was ever verified and served; every status says it. */
    @Override
    public void highest(long version) {
        highest = version;
    }

    /** Says that a record of the registry could not be read, or must not be believed. */
    @Override
    public void unreadable(RegistryFeed.Refused refused) {
        counters.registryRecordRefused();
        offer(new Report.Unreadable(refused));
    }

    private void offer(Report report) {
        while (!queue.offer(report)) {
            if (queue.poll() != null) {
                counters.reportDropped();
            }
        }
    }

    /** The oldest report, or nothing after {@code atMost}. */
    public Optional<Report> take(Duration atMost) throws InterruptedException {
        return Optional.ofNullable(queue.poll(atMost.toMillis(), TimeUnit.MILLISECONDS));
    }
}
