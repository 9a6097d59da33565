package io.decant.pipeline.monitor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * Whether a service lives, and whether it does its work, with reasons. <i>Thread-safe, as its
 * checks must be.</i>
 */
public final class Health {
    private final List<Supplier<Optional<String>>> ready = new CopyOnWriteArrayList<>();
    private final List<Supplier<Optional<String>>> alive = new CopyOnWriteArrayList<>();

    /** The service is ready only while this is empty; otherwise it says why not, one sentence. */
    public void readyUnless(Supplier<Optional<String>> whyNot) {
        ready.add(whyNot);
    }

    /** The service is dead as soon as this has failed. */
    public void aliveUntil(CompletableFuture<?> ended) {
        alive.add(
                () ->
                        ended.isCompletedExceptionally()
                                ? Optional.of("a stage has failed; the log says why")
                                : ended.isDone()
                                        ? Optional.of("the service has ended")
                                        : Optional.empty());
    }

    /** The service is taken for dead while a turn lasts longer than {@code limit}. */
    public void turnsWithin(Duration limit, WorkMeter meter) {
        alive.add(
                () ->
                        Optional.of(meter.read().turn())
                                .filter(turn -> turn.compareTo(limit) > 0)
                                .map(
                                        turn ->
                                                "the present turn has lasted "
                                                        + turn.toSeconds()
                                                        + " s, more than monitor.stall-limit"));
    }

    /** Why the service is not alive; empty when it is. */
    public List<String> whyNotAlive() {
        return reasons(alive);
    }

    /** Why the service is not ready; empty when it is. */
    public List<String> whyNotReady() {
        List<String> reasons = new ArrayList<>(whyNotAlive());
        reasons.addAll(reasons(ready));
        return reasons;
    }

    private static List<String> reasons(List<Supplier<Optional<String>>> checks) {
        return checks.stream().map(Supplier::get).flatMap(Optional::stream).toList();
    }
}
