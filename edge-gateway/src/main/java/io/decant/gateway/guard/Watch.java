package io.decant.gateway.guard;

import io.decant.follower.reload.ServingModel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Knows which version is good, and watches those after it. A version is on probation from its swap
 * until it was watched for long enough on enough requests; then it is good, and the version served
 * by then goes on probation. So when versions come faster than the watch, the good one is between
 * one and two watches old, and what is judged is the served one, beside the good one. At most three
 * versions are held, however fast they come. Pure. <i>Owned by the guard.</i>
 */
final class Watch {
    private final GuardSettings settings;
    private ServingModel served;
    private ServingModel good;
    private Optional<Probation> probation = Optional.empty();
    private Window window;
    private boolean alarmed;

    private record Probation(ServingModel model, Instant since) {}

    Watch(GuardSettings settings) {
        this.settings = settings;
        window = newWindow();
    }

    private Window newWindow() {
        return new Window(settings, settings.watchMinimum());
    }

    /** A version is served that needs no watch: it is what a later one is measured by. */
    void trusted(ServingModel model) {
        served = model;
        good = model;
        probation = Optional.empty();
        window = newWindow();
        alarmed = false;
    }

    /** A version was swapped in. The first one has nothing to be measured by. */
    void swapped(ServingModel model, Instant now) {
        if (good == null || settings.watch().isZero()) {
            trusted(model);
            return;
        }
        served = model;
        alarmed = false;
        if (probation.isEmpty()) {
            probation = Optional.of(new Probation(model, now));
        }
    }

    /** The good version was swapped in again; until one passes a trial, none is swapped in. */
    void wentBack(ServingModel again) {
        trusted(again);
        alarmed = true;
    }

    /** Nothing is served any more. */
    void over() {
        served = null;
        good = null;
        probation = Optional.empty();
    }

    Optional<ServingModel> served() {
        return Optional.ofNullable(served);
    }

    /** The good version, while the served one is measured by it. */
    Optional<ServingModel> reference() {
        return probation.map(watched -> good);
    }

    /** What is served, what is good, and what may become good. */
    List<ServingModel> held() {
        List<ServingModel> held = new ArrayList<>();
        probation.ifPresent(watched -> held.add(watched.model()));
        if (served != null) {
            held.add(served);
            held.add(good);
        }
        return held;
    }

    /** Whether the last thing that happened was a way back. */
    boolean alarmed() {
        return alarmed;
    }

    /** The served version answered beside the good one. */
    void compared(Comparison comparison) {
        window.add(comparison);
    }

    /**
     * One sentence on why the served version must go, if it must. Of its requests, more than {@code
     * max-failures} of the larger of all and {@code watch-minimum} must have failed: one that fails
     * always is found at once, one unlucky request is not enough.
     *
     * @param answered requests that the served version answered
     * @param failed requests that it failed to answer
     */
    Optional<String> breach(long answered, long failed) {
        if (probation.isEmpty()) {
            return Optional.empty();
        }
        long requests = Math.max(answered + failed, settings.watchMinimum());
        if (failed > settings.maxFailures() * requests) {
            return Optional.of(
                    failed
                            + " of its "
                            + (answered + failed)
                            + " requests ended in an error of the gateway (guard.max-failures)");
        }
        return window.breach();
    }

    /** Ends a probation that has lasted. */
    void onTick(Instant now) {
        probation
                .filter(watched -> !now.isBefore(watched.since().plus(settings.watch())))
                .filter(watched -> enough())
                .ifPresent(
                        watched -> {
                            good = watched.model();
                            window = newWindow();
                            probation =
                                    served == good
                                            ? Optional.empty()
                                            : Optional.of(new Probation(served, now));
                        });
    }

    /** Without comparisons nothing is proven; where none are possible, time must do. */
    private boolean enough() {
        return window.compared() >= settings.watchMinimum() || !comparable(good, served);
    }

    /** Whether two versions can answer the same inputs with the same classes. */
    static boolean comparable(ServingModel one, ServingModel other) {
        return one.spec().input().dtype() == other.spec().input().dtype()
                && one.spec().input().shape().equals(other.spec().input().shape())
                && one.spec().classCount() == other.spec().classCount();
    }
}
