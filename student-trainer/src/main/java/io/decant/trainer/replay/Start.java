package io.decant.trainer.replay;

import io.decant.trainer.learn.LearnerState;
import java.util.Optional;

/**
 * Where learning begins. <i>Immutable.</i>
 *
 * @param version after which the state stands; 0 = genesis
 * @param state empty for genesis
 */
public record Start(long version, Optional<LearnerState> state) {
    /** A new model. */
    public static final Start GENESIS = new Start(0, Optional.empty());
}
