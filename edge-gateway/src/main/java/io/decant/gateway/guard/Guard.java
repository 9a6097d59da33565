package io.decant.gateway.guard;

import static java.util.stream.Collectors.toSet;

import io.decant.follower.reload.ServingModel;
import io.decant.follower.reload.ServingSlot;
import io.decant.follower.reload.SwapGuard;
import io.decant.follower.reload.VersionId;
import io.decant.pipeline.stage.ForwardClock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every swap goes through here, so that a swap and a way back cannot cross. The follower hands over
 * candidates; the guard's stage compares live answers and takes a version back by itself: that must
 * not wait for a follower who waits for Kafka. It holds every version that it may ask or serve
 * again, and no other. <i>Thread-safe.</i>
 */
public final class Guard implements SwapGuard {
    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);
    private static final int REMEMBERED = 64;

    private final GuardSettings settings;
    private final ServingSlot slot;
    private final LiveAnswers answers;
    private final GuardCounters counters;
    private final InstantSource clock;
    private final InstantSource waits;
    private final Watch watch;
    private final Set<VersionId> takenBack = new LinkedHashSet<>();
    private final List<WayBack> untold = new ArrayList<>();
    private Optional<Trial> trial = Optional.empty();
    private List<ServingModel> holding = List.of();

    /** A candidate beside the version that is served. */
    private record Trial(ServingModel candidate, ServingModel reference, ShadowTrial rule) {}

    /** Two versions to ask the same question, held until it is closed. */
    record Pair(ServingModel reference, ServingModel candidate) implements AutoCloseable {
        Pair {
            reference.hold();
            candidate.hold();
        }

        @Override
        public void close() {
            reference.letGo();
            candidate.letGo();
        }
    }

    public Guard(
            GuardSettings settings,
            ServingSlot slot,
            LiveAnswers answers,
            GuardCounters counters,
            InstantSource clock) {
        this.settings = settings;
        this.slot = slot;
        this.answers = answers;
        this.counters = counters;
        this.clock = clock;
        waits = new ForwardClock(clock);
        watch = new Watch(settings);
    }

    @Override
    public synchronized void serveTrusted(ServingModel model, long bytesReceived, boolean disk) {
        watch.trusted(model);
        swap(model, bytesReceived, disk);
    }

    @Override
    public synchronized void serve(ServingModel model, long bytesReceived) {
        watch.swapped(model, waits.instant());
        swap(model, bytesReceived, false);
    }

    private void swap(ServingModel model, long bytesReceived, boolean disk) {
        trial = Optional.empty();
        slot.swap(model, bytesReceived, disk);
        listen();
    }

    /** Hears live answers only while there is something to find out. */
    private void listen() {
        answers.listen(watch.served(), trial.isPresent() || watch.reference().isPresent());
        List<ServingModel> needed = new ArrayList<>(watch.held());
        trial.ifPresent(running -> needed.add(running.candidate()));
        holdOnly(needed);
    }

    private void holdOnly(List<ServingModel> needed) {
        needed.forEach(ServingModel::hold);
        holding.forEach(ServingModel::letGo);
        holding = needed;
    }

    @Override
    public synchronized void close() {
        slot.close();
        watch.over();
        giveUpTrial();
    }

    /**
     * Begins a shadow trial if the candidate needs one: when trials are on, and always after a
     * version was taken back, because its successors hold what it had learned.
     *
     * @return false if it may be served at once
     */
    @Override
    public synchronized boolean tries(ServingModel candidate) {
        Optional<ServingModel> served = watch.served();
        if (served.isEmpty()
                || (settings.shadow().isZero() && !watch.alarmed())
                || !Watch.comparable(served.get(), candidate)) {
            return false;
        }
        Duration atLeast = settings.shadow();
        Duration atMost =
                watch.alarmed() && settings.watch().compareTo(atLeast) > 0
                        ? settings.watch()
                        : atLeast;
        trial =
                Optional.of(
                        new Trial(
                                candidate,
                                served.get(),
                                new ShadowTrial(settings, atLeast, atMost, waits.instant())));
        counters.trials.increment();
        listen();
        return true;
    }

    @Override
    public synchronized Optional<Verdict> trialVerdict() {
        if (trial.isEmpty()) {
            // A way back ends a trial at any moment, whoever is asking.
            return Optional.of(new Verdict.Overtaken());
        }
        Trial running = trial.get();
        ShadowTrial.Outcome outcome = running.rule().outcome(waits.instant());
        if (outcome instanceof ShadowTrial.Outcome.Running) {
            return Optional.empty();
        }
        giveUpTrial();
        return Optional.of(
                outcome instanceof ShadowTrial.Outcome.Failed failed
                        ? new Verdict.Failed(
                                beside(failed.reason(), running.reference(), "in its shadow trial"))
                        : new Verdict.Passed(((ShadowTrial.Outcome.Passed) outcome).remark()));
    }

    @Override
    public synchronized void giveUpTrial() {
        trial = Optional.empty();
        listen();
    }

    @Override
    public synchronized boolean tookBack(VersionId id) {
        return takenBack.contains(id);
    }

    @Override
    public synchronized Set<VersionId> held() {
        return watch.held().stream().map(ServingModel::id).collect(toSet());
    }

    @Override
    public synchronized List<WayBack> waysBack() {
        List<WayBack> news = List.copyOf(untold);
        untold.clear();
        return news;
    }

    /**
     * Whom to ask a question that {@code answeredBy} has answered; late answers ask nobody. Each
     * pair is to be closed.
     */
    synchronized List<Pair> pairs(ServingModel answeredBy) {
        List<Pair> pairs = new ArrayList<>(2);
        if (watch.served().filter(served -> served == answeredBy).isPresent()) {
            watch.reference()
                    .filter(good -> Watch.comparable(good, answeredBy))
                    .ifPresent(good -> pairs.add(new Pair(good, answeredBy)));
            trial.ifPresent(running -> pairs.add(new Pair(answeredBy, running.candidate())));
        }
        return pairs;
    }

    /** Books a comparison, unless its pair was overtaken by a swap. */
    synchronized void compared(Pair pair, Comparison comparison) {
        if (trial.filter(running -> running.candidate() == pair.candidate()).isPresent()) {
            trial.get().rule().compared(comparison);
        } else if (watch.served().filter(served -> served == pair.candidate()).isPresent()
                && watch.reference().filter(good -> good == pair.reference()).isPresent()) {
            watch.compared(comparison);
        } else {
            return;
        }
        counters.compared.increment();
        if (comparison.sure()) {
            counters.sure.increment();
            if (comparison.changed()) {
                counters.changed.increment();
            }
        }
    }

    /** Takes the served version back if it must go; ends its probation if that has lasted. */
    synchronized void onTick() {
        LiveAnswers.Count count = answers.count();
        Optional<String> breach = watch.breach(count.answered(), count.failed());
        if (breach.isPresent()) {
            goBack(breach.get());
        } else {
            watch.onTick(waits.instant());
            listen();
        }
    }

    private void goBack(String breach) {
        ServingModel from = watch.served().orElseThrow();
        ServingModel good = watch.reference().orElseThrow().servedFrom(clock.instant());
        String reason = beside(breach, good, "while it was served");
        watch.wentBack(good);
        swap(good, 0, false);
        counters.rolledBack.increment();
        takenBack.add(from.id());
        if (takenBack.size() > REMEMBERED) {
            takenBack.remove(takenBack.iterator().next());
        }
        untold.add(new WayBack(from.id(), good, reason));
        LOG.warn(
                "event=rolled_back version={} to={} reason=\"{}\"",
                from.version(),
                good.version(),
                reason);
    }

    private static String beside(String breach, ServingModel reference, String when) {
        return breach + "; found " + when + ", beside version " + reference.version();
    }
}
