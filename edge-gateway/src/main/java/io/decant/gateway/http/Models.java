package io.decant.gateway.http;

import io.decant.gateway.reload.ServingModel;
import io.decant.gateway.reload.ServingSlot;
import java.util.function.Supplier;

/**
 * Finds the model that a path names. <i>Thread-safe.</i>
 *
 * @param name the model that this gateway serves
 * @param slot where its served version is
 * @param registryState what the follower last knew, one sentence, for those who ask about readiness
 */
record Models(String name, ServingSlot slot, Supplier<String> registryState) {
    /** The served version, taken once: all of an answer comes from what this returns. */
    ServingModel find(Route route) throws RequestRefused {
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
                slot.current()
                        .orElseThrow(
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
