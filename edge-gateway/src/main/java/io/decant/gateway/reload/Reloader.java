package io.decant.gateway.reload;

import static io.decant.records.Verdict.ACCEPTED;
import static io.decant.records.Verdict.REJECTED;

import io.decant.gateway.GatewayCounters;
import io.decant.gateway.registry.RegistryView;
import io.decant.gateway.reload.CandidateCheck.Verdict;
import io.decant.gateway.report.Reports;
import io.decant.gateway.store.LastGoodKeeper;
import io.decant.pipeline.failpoint.FailPoint;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the wanted version into service: fetch, verify beside what is served, swap one reference.
 * A candidate that fails changes nothing but a status record, and is not tried again until another
 * one is wanted. <i>Owned by the follower's thread.</i>
 */
public final class Reloader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);

    private static final String FOLLOWING = "serving the version that the registry names";

    private final ReloadPlanner planner;
    private final WeightsReader weights;
    private final CandidateCheck check;
    private final ServingSlot slot;
    private final LastGoodKeeper keeper;
    private final Reports reports;
    private final GatewayCounters counters;
    private final InstantSource clock;
    private Optional<VersionId> refused = Optional.empty();
    private String state = "";
    private long receivedSinceSwap;

    public Reloader(
            ReloadPlanner planner,
            WeightsReader weights,
            CandidateCheck check,
            ServingSlot slot,
            LastGoodKeeper keeper,
            Reports reports,
            GatewayCounters counters,
            InstantSource clock) {
        this.planner = planner;
        this.weights = weights;
        this.check = check;
        this.slot = slot;
        this.keeper = keeper;
        this.reports = reports;
        this.counters = counters;
        this.clock = clock;
    }

    /** Counts bytes read from Kafka on the way to the next swap. */
    public void received(long bytes) {
        receivedSinceSwap += bytes;
        counters.received(bytes);
    }

    /**
     * Serves what the view asks for, if it is new and good.
     *
     * @return whether another version went into service
     * @throws org.apache.kafka.common.KafkaException if its chunks cannot be fetched now; nothing
     *     has changed, and the next call tries again
     */
    public boolean reload(RegistryView view) {
        Optional<VersionId> serving = slot.current().map(ServingModel::id);
        ReloadPlan plan = planner.plan(serving, refused, view);
        if (plan instanceof ReloadPlan.Reject reject) {
            refuse(reject.id(), reject.reason());
        } else if (plan instanceof ReloadPlan.Load load) {
            Verdict verdict = fetch(load);
            if (verdict instanceof Verdict.Accepted accepted) {
                serve(accepted);
                return true;
            }
            refuse(load.id(), ((Verdict.Refused) verdict).reason());
        } else if (view.wanted().isEmpty()) {
            state = "the registry names no version of the model yet";
        } else if (refused.isEmpty()) {
            state = FOLLOWING;
        }
        return false;
    }

    /** How things stand after the last reload, one sentence. */
    public String state() {
        return state;
    }

    private Verdict fetch(ReloadPlan.Load load) {
        WeightsReader.Read read = weights.read(load.manifest().getModel(), load.form());
        received(read.bytes());
        return read.problems().isEmpty()
                ? check.check(load.manifest(), load.form(), read.chunks())
                : new Verdict.Refused(read.problems().get(0));
    }

    private void serve(Verdict.Accepted accepted) {
        ServingModel model = ServingModel.of(accepted, clock.instant());
        FailPoint.GATEWAY_BEFORE_SWAP.reach();
        slot.swap(model, receivedSinceSwap, false);
        LOG.debug("event=swapped version={} received_bytes={}", model.version(), receivedSinceSwap);
        receivedSinceSwap = 0;
        refused = Optional.empty();
        state = FOLLOWING;
        counters.reloaded();
        keeper.served(accepted);
        reports.status(slot.current(), model.version(), ACCEPTED, "");
    }

    private void refuse(VersionId id, String reason) {
        refused = Optional.of(id);
        state = "version " + id.version() + " was rejected: " + reason;
        counters.rejected();
        LOG.warn("event=candidate_rejected version={} reason=\"{}\"", id.version(), reason);
        reports.status(slot.current(), id.version(), REJECTED, reason);
    }

    @Override
    public void close() {
        weights.close();
        keeper.close();
    }
}
