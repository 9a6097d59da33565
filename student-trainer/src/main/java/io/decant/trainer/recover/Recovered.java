package io.decant.trainer.recover;

import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.publish.Retention;
import java.util.List;
import java.util.Optional;

/**
 * What the cluster knows of a model. <i>Immutable.</i>
 *
 * @param state of the newest committed version; empty for a new model
 * @param live the version that {@code @live} names; 0 for none
 * @param finished whether that version is the last of a finite stream
 * @param versions all that are not removed
 */
public record Recovered(
        Optional<LearnerState> state,
        long live,
        boolean finished,
        List<Retention.Version> versions) {
    public Recovered {
        versions = List.copyOf(versions);
    }
}
