package io.decant.cli.scenario;

import io.decant.cli.run.Answers;
import io.decant.cli.run.StreamPlan;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** Observations of models that guess. <i>Thread-safe.</i> */
final class Observations {
    static final int QUESTIONS = 700;

    private Observations() {}

    /** Of a trial: predictions, answers and cues' answers by chance, and these events. */
    static Observation of(Trial trial, long seed, Noticed... events) {
        StreamPlan plan = trial.plan();
        SplittableRandom random = new SplittableRandom(seed);
        Answers guessed = guesses(random);
        Map<String, Answers> examined =
                trial.cues().stream()
                        .filter(Cue.Examine.class::isInstance)
                        .collect(
                                Collectors.toMap(
                                        cue -> ((Cue.Examine) cue).name(), cue -> guesses(random)));
        Optional<Answers> shadow =
                plan.labels() == 0 ? Optional.empty() : Optional.of(guesses(random));
        Optional<Answers> unlabelled =
                trial.unlabelled() ? Optional.of(guesses(random)) : Optional.empty();
        return new Observation(
                plan,
                random.ints(plan.samples(), 0, Givens.CLASSES).toArray(),
                random.ints(plan.samples(), 0, Givens.CLASSES).toArray(),
                guessed,
                shadow,
                guesses(random),
                examined,
                examined,
                unlabelled,
                unlabelled,
                List.of(events),
                new Observation.Flow(0.5, 0, 10, 2.5));
    }

    private static Answers guesses(SplittableRandom random) {
        float[][] logits = new float[QUESTIONS][Givens.CLASSES];
        int[] truth = new int[QUESTIONS];
        for (int i = 0; i < QUESTIONS; i++) {
            truth[i] = i % Givens.CLASSES;
            for (int each = 0; each < Givens.CLASSES; each++) {
                logits[i][each] = (float) random.nextDouble(-2, 2);
            }
        }
        return new Answers(logits, truth);
    }
}
