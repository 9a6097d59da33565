package io.decant.trainer;

import io.decant.trainer.learn.Counters;
import io.decant.trainer.learn.Prequential;
import io.decant.trainer.publish.Published;
import java.util.Optional;

/**
 * How far a trainer is. <i>Immutable.</i>
 *
 * @param leading whether this trainer holds the model's lease and learns
 * @param counters what was learned since the model's genesis; empty while not leading
 * @param prequential scores so far; empty while not leading
 * @param lag journal records not yet read
 * @param published the newest version that this trainer committed
 */
public record TrainerProgress(
        boolean leading,
        Optional<Counters> counters,
        Optional<Prequential> prequential,
        long lag,
        Optional<Published> published) {
    static final TrainerProgress WAITING =
            new TrainerProgress(false, Optional.empty(), Optional.empty(), 0, Optional.empty());
}
