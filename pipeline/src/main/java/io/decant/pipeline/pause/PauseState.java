package io.decant.pipeline.pause;

import java.util.Optional;

/**
 * Whether a service is paused. <i>Immutable.</i>
 *
 * @param known whether the control topic was read to its end; until then a service holds still
 * @param reason why the service takes no work, one sentence; empty when it does
 */
public record PauseState(boolean known, Optional<String> reason) {
    static final PauseState UNREAD =
            unknown(
                    "the control topic has not been read yet, so nobody knows if the service is paused");

    static PauseState known(Optional<String> reason) {
        return new PauseState(true, reason);
    }

    static PauseState unknown(String reason) {
        return new PauseState(false, Optional.of(reason));
    }
}
