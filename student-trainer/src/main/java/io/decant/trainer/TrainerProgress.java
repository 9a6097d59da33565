package io.decant.trainer;

import io.decant.trainer.learn.Accuracy;
import io.decant.trainer.learn.Counters;
import io.decant.trainer.learn.Prequential;
import io.decant.trainer.publish.Published;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * How far a trainer is. <i>Immutable.</i>
 *
 * @param leading whether this trainer holds the model's lease and learns; else it stands by
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
    static final TrainerProgress STANDING_BY =
            new TrainerProgress(false, Optional.empty(), Optional.empty(), 0, Optional.empty());

    /** Samples learned since the model's genesis; 0 while not leading. */
    public long pairs() {
        return counters.map(Counters::pairs).orElse(0L);
    }

    /** Cumulative prequential accuracy of the student, in [0, 1]; null without labels. */
    public Double prequentialStudent() {
        return cumulative(Prequential::student);
    }

    /** Cumulative prequential accuracy of the shadow, in [0, 1]; null without labels or shadow. */
    public Double prequentialShadow() {
        return cumulative(Prequential::shadow);
    }

    /** Cumulative accuracy of the teacher on the same samples, in [0, 1]; null without labels. */
    public Double prequentialTeacher() {
        return cumulative(Prequential::teacher);
    }

    private Double cumulative(Function<Prequential, Accuracy> who) {
        OptionalDouble share = prequential.map(who).orElse(Accuracy.NONE).cumulative();
        return share.isPresent() ? share.getAsDouble() : null;
    }
}
