package io.decant.follower.reload;

import static io.decant.records.Verdict.ACCEPTED;
import static io.decant.records.Verdict.REJECTED;
import static io.decant.records.Verdict.ROLLED_BACK;

import io.decant.follower.registry.RegistryView;
import io.decant.follower.registry.RegistryView.Wanted;
import io.decant.follower.reload.CandidateCheck.Verdict;
import io.decant.follower.reload.WeightsHead.Rebuilt;
import io.decant.pipeline.failpoint.FailPoint;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the wanted version into service: fetch, verify beside what is served, try on live requests
 * if the guard says so, swap one reference. The guard may take it back at any time. When a route
 * breaks, another one is tried, once. A candidate that fails changes nothing but a status record,
 * and is not tried again until another one is wanted. <i>Owned by the follower's thread.</i>
 */
public final class Reloader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);

    private static final String FOLLOWING = "serving the version that the registry names";

    private final ReloadPlanner planner;
    private final WeightsReader weights;
    private final WeightsHead head;
    private final CandidateCheck check;
    private final SwapGuard guard;
    private final ServingSlot slot;
    private final Memory memory;
    private final ReloadReports reports;
    private final InstantSource clock;
    private Optional<Standing.Refusal> refused = Optional.empty();
    private Optional<Detour> detour = Optional.empty();
    private Optional<Trial> trial = Optional.empty();
    private final Map<VersionId, Verdict.Accepted> kept = new HashMap<>();
    private String state = "";
    private long receivedSinceSwap;

    /** A route of a version that broke; the next one that breaks is the end of it. */
    private record Detour(VersionId id, String reason) {}

    /** A verified version that the guard is trying. */
    private record Trial(Verdict.Accepted version, Wanted wanted) {
        void letGo() {
            version.student().letGo();
        }
    }

    /** What one call came to. */
    public enum Outcome {
        /** Nothing else is served. */
        KEPT,
        /** Another version went into service. */
        SWAPPED,
        /** Older records of the registry are needed to decide. */
        NEEDS_OLDER
    }

    public Reloader(
            ReloadPlanner planner,
            WeightsReader weights,
            CandidateCheck check,
            SwapGuard guard,
            ServingSlot slot,
            Memory memory,
            ReloadReports reports,
            InstantSource clock) {
        this.planner = planner;
        this.weights = weights;
        this.check = check;
        this.guard = guard;
        this.slot = slot;
        this.memory = memory;
        this.reports = reports;
        this.clock = clock;
        head = new WeightsHead(weights);
    }

    /** Deltas may add to what came from disk. */
    public void startAt(Verdict.Accepted lastGood) {
        VersionId id = VersionId.of(lastGood.manifest());
        head.start(id, lastGood.chain());
        kept.put(id, lastGood);
    }

    /** Counts bytes read from Kafka on the way to the next swap. */
    public void received(long bytes) {
        receivedSinceSwap += bytes;
        reports.received(bytes);
    }

    /**
     * Serves what the view asks for, if it is new and good.
     *
     * @throws org.apache.kafka.common.KafkaException if its chunks cannot be fetched now; nothing
     *     that is served has changed, and the next call tries again
     */
    public Outcome reload(RegistryView view) {
        noteWaysBack();
        if (trial.isPresent() && !overtaken(trial.get(), view)) {
            return endTrial(trial.get());
        }
        ReloadPlan plan = plan(view);
        if (plan instanceof ReloadPlan.Load load && takenBack(load)) {
            return Outcome.KEPT;
        }
        if (plan instanceof ReloadPlan.Load load) {
            Rebuilt rebuilt = rebuild(load);
            if (rebuilt instanceof Rebuilt.Broken broken && detour.isEmpty()) {
                LOG.warn(
                        "event=route_broken version={} reason=\"{}\" next=\"another route\"",
                        load.id().version(),
                        broken.reason());
                detour = Optional.of(new Detour(load.id(), broken.reason()));
                return reload(view);
            }
            return end(load, rebuilt);
        } else if (plan instanceof ReloadPlan.ReadOlder) {
            return Outcome.NEEDS_OLDER;
        } else if (plan instanceof ReloadPlan.Reject reject) {
            // What broke the first route says more than that there is no second one.
            refuse(
                    reject.id(),
                    reject.wanted(),
                    detour.map(Detour::reason).orElse(reject.reason()));
        } else if (view.wanted(memory.seen()).isEmpty()) {
            state = "the registry names no version of the model yet";
        } else if (refused.isEmpty()) {
            state = FOLLOWING;
        }
        return Outcome.KEPT;
    }

    /**
     * Reports versions that the guard has taken back, and writes the good one to disk. It needs no
     * cluster, so it is to be called also while that is away.
     */
    public void noteWaysBack() {
        guard.waysBack().forEach(this::wentBack);
    }

    private ReloadPlan plan(RegistryView view) {
        Optional<VersionId> serving = slot.current().map(ServingModel::id);
        ReloadPlan plan =
                planner.plan(
                        new Standing(serving, refused, head.id(), head.broken(), memory.seen()),
                        view);
        Optional<VersionId> planned =
                plan instanceof ReloadPlan.Load load
                        ? Optional.of(load.id())
                        : plan instanceof ReloadPlan.Reject reject
                                ? Optional.of(reject.id())
                                : Optional.empty();
        if (planned.isPresent()) {
            detour = detour.filter(tried -> tried.id().equals(planned.get()));
        }
        return plan;
    }

    /** A version that was taken back is not tried again, unless an operator wants it. */
    private boolean takenBack(ReloadPlan.Load load) {
        if (load.wanted().ordered() || !guard.tookBack(load.id())) {
            return false;
        }
        refused = Optional.of(new Standing.Refusal(load.id(), load.wanted()));
        return true;
    }

    private void wentBack(SwapGuard.WayBack back) {
        state = "version " + back.from().version() + " was taken back: " + back.reason();
        reports.status(slot.current(), back.from().version(), ROLLED_BACK, back.reason());
        // A start from disk must not begin with what was taken back.
        Optional.ofNullable(kept.get(back.to().id())).ifPresent(memory::servedAgain);
    }

    /** A trial goes on when newer versions come, or it would never end; an order ends it. */
    private boolean overtaken(Trial running, RegistryView view) {
        boolean ordered =
                view.wanted(memory.seen())
                        .filter(wanted -> wanted.ordered() && !wanted.equals(running.wanted()))
                        .isPresent();
        if (ordered) {
            guard.giveUpTrial();
            running.letGo();
            trial = Optional.empty();
        }
        return ordered;
    }

    private Outcome endTrial(Trial running) {
        Optional<SwapGuard.Verdict> verdict = guard.trialVerdict();
        if (verdict.isEmpty()) {
            return Outcome.KEPT;
        }
        trial = Optional.empty();
        if (verdict.get() instanceof SwapGuard.Verdict.Overtaken) {
            // The next turn plans anew: what is served now is another version.
            running.letGo();
            return Outcome.KEPT;
        }
        if (verdict.get() instanceof SwapGuard.Verdict.Failed failed) {
            refuse(VersionId.of(running.version().manifest()), running.wanted(), failed.reason());
            running.letGo();
            return Outcome.KEPT;
        }
        serve(
                running.version(),
                running.wanted(),
                ((SwapGuard.Verdict.Passed) verdict.get()).remark());
        return Outcome.SWAPPED;
    }

    private Rebuilt rebuild(ReloadPlan.Load load) {
        try {
            return head.rebuild(load);
        } finally {
            received(head.takeBytes());
        }
    }

    private Outcome end(ReloadPlan.Load load, Rebuilt rebuilt) {
        if (rebuilt instanceof Rebuilt.Broken broken) {
            String first = detour.map(tried -> tried.reason() + "; and then: ").orElse("");
            refuse(load.id(), load.wanted(), first + broken.reason());
            return Outcome.KEPT;
        }
        Verdict verdict = check.check(load.manifest(), ((Rebuilt.Whole) rebuilt).chain());
        if (verdict instanceof Verdict.Refused refusal) {
            refuse(load.id(), load.wanted(), refusal.reason());
            return Outcome.KEPT;
        }
        Verdict.Accepted accepted = (Verdict.Accepted) verdict;
        if (!load.wanted().ordered() && guard.tries(ServingModel.of(accepted, clock.instant()))) {
            trial = Optional.of(new Trial(accepted, load.wanted()));
            state = "version " + load.id().version() + " is in its shadow trial";
            return Outcome.KEPT;
        }
        serve(
                accepted,
                load.wanted(),
                detour.map(tried -> "rebuilt by another route, because " + tried.reason())
                        .orElse(""));
        return Outcome.SWAPPED;
    }

    /** Says that a record of the registry is not believed; it is no candidate. */
    public void disbelieve(String reason) {
        reports.status(slot.current(), 0, REJECTED, reason);
    }

    /** How things stand after the last reload, one sentence. */
    public String state() {
        return state;
    }

    /** Hands a version over to the guard, which holds it from then on. */
    private void serve(Verdict.Accepted accepted, Wanted wanted, String remark) {
        ServingModel model = ServingModel.of(accepted, clock.instant());
        FailPoint.GATEWAY_BEFORE_SWAP.reach();
        if (wanted.ordered()) {
            guard.serveTrusted(model, receivedSinceSwap, false);
        } else {
            guard.serve(model, receivedSinceSwap);
        }
        LOG.debug("event=swapped version={} received_bytes={}", model.version(), receivedSinceSwap);
        receivedSinceSwap = 0;
        refused = Optional.empty();
        state = FOLLOWING;
        HighestSeen now = memory.seen().served(model.id());
        memory.saw(wanted.ordered() ? now : now.live(wanted.sequence()));
        memory.served(accepted);
        kept.put(model.id(), accepted);
        kept.keySet().retainAll(guard.held());
        reports.highest(memory.seen().versionNumber());
        reports.status(slot.current(), model.version(), ACCEPTED, remark);
        detour = Optional.empty();
        accepted.student().letGo();
    }

    private void refuse(VersionId id, Wanted wanted, String reason) {
        refused = Optional.of(new Standing.Refusal(id, wanted));
        detour = Optional.empty();
        state = "version " + id.version() + " was rejected: " + reason;
        LOG.warn("event=candidate_rejected version={} reason=\"{}\"", id.version(), reason);
        reports.status(slot.current(), id.version(), REJECTED, reason);
    }

    @Override
    public void close() {
        noteWaysBack();
        trial.ifPresent(Trial::letGo);
        memory.close();
        weights.close();
    }
}
