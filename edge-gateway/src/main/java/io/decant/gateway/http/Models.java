package io.decant.gateway.http;

import io.decant.follower.reload.ServingModel;
import io.decant.follower.reload.ServingSlot;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Finds the model that a path names, and says whether it is fit to be asked. <i>Thread-safe.</i>
 *
 * @param name the model that this gateway serves
 * @param slot where its served version is
 * @param registryState what the follower last knew, one sentence, for those who ask about readiness
 * @param stalenessLimit age of the watermark beyond which it is not ready
 * @param doors whether the server stops
 */
record Models(
        String name,
        ServingSlot slot,
        Supplier<String> registryState,
        Optional<Duration> stalenessLimit,
        Doors doors,
        InstantSource clock) {
    /**
     * Whether requests should be sent here, and why or why not: one sentence.
     *
     * @param model the version that was looked at; empty before the first
     */
    record Readiness(boolean ready, String reason, Optional<ServingModel> model) {}

    Readiness readiness() {
        Optional<ServingModel> model = slot.current();
        if (doors.leaving()) {
            return new Readiness(false, "the gateway is stopping", model);
        }
        OptionalLong age =
                model.isPresent() ? model.get().stalenessMillis(clock) : OptionalLong.empty();
        if (stalenessLimit.isPresent()
                && age.isPresent()
                && age.getAsLong() > stalenessLimit.get().toMillis()) {
            return new Readiness(
                    false,
                    "version "
                            + model.get().version()
                            + " has learned nothing newer than "
                            + age.getAsLong()
                            + " ms; http.staleness-limit is "
                            + stalenessLimit.get().toMillis()
                            + " ms ("
                            + registryState.get()
                            + ")",
                    model);
        }
        return new Readiness(model.isPresent(), registryState.get(), model);
    }

    /** The served version, taken once: all of an answer comes from what this returns. */
    ServingModel find(Route route) throws RequestRefused {
        return find(route, slot.current());
    }

    /** As {@link #find(Route)}, of the version that is {@code current}. */
    ServingModel find(Route route, Optional<ServingModel> current) throws RequestRefused {
        if (!route.model().equals(name)) {
            throw new RequestRefused(
                    404,
                    "model '"
                            + route.model()
                            + "' is not served here; this gateway serves '"
                            + name
                            + "'");
        }
        ServingModel model =
                current.orElseThrow(
                        () ->
                                new RequestRefused(
                                        503,
                                        "model '"
                                                + name
                                                + "' has no version in service yet: "
                                                + registryState.get()));
        if (route.version().isPresent()
                && !route.version().get().equals(Long.toString(model.version()))) {
            throw new RequestRefused(
                    404,
                    "version "
                            + route.version().get()
                            + " of model '"
                            + name
                            + "' is not served; version "
                            + model.version()
                            + " is");
        }
        return model;
    }
}
