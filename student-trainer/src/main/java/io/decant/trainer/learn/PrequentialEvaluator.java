package io.decant.trainer.learn;

import java.util.Optional;

/**
 * Scores predictions that were made just before their pair was learned. A prediction is stored at
 * that moment and never recomputed; it is scored when its label arrives, however late. <i>Owned by
 * the learner.</i>
 */
final class PrequentialEvaluator {
    private final PredictionStore waiting;
    private final AccuracyWindow student;
    private final AccuracyWindow shadow;
    private final AccuracyWindow teacher;
    private final AccuracyWindow agreement;
    private long unscored;

    PrequentialEvaluator(int capacity) {
        this(
                new PredictionStore(capacity),
                new AccuracyWindow(),
                new AccuracyWindow(),
                new AccuracyWindow(),
                new AccuracyWindow());
    }

    private PrequentialEvaluator(
            PredictionStore waiting,
            AccuracyWindow student,
            AccuracyWindow shadow,
            AccuracyWindow teacher,
            AccuracyWindow agreement) {
        this.waiting = waiting;
        this.student = student;
        this.shadow = shadow;
        this.teacher = teacher;
        this.agreement = agreement;
    }

    /**
     * A sample was predicted and is about to be learned for the first time.
     *
     * @param label the class to score against, if it is known already
     */
    void predicted(SampleKey key, Prediction prediction, Optional<LabelClass> label) {
        if (prediction.teacher() != Prediction.NONE) {
            agreement.score(prediction.student() == prediction.teacher());
        }
        if (label.isPresent()) {
            score(prediction, label.get());
        } else {
            unscored += waiting.put(key, prediction);
        }
    }

    /**
     * The label of an earlier sample arrived; nothing to score when its prediction was pushed out,
     * which was counted then.
     *
     * @return the prediction that was scored
     */
    Optional<Prediction> labelled(SampleKey key, LabelClass label) {
        Optional<Prediction> stored = waiting.take(key);
        stored.ifPresent(prediction -> score(prediction, label));
        return stored;
    }

    private void score(Prediction prediction, LabelClass label) {
        student.score(prediction.student() == label.scored());
        if (prediction.shadow() != Prediction.NONE) {
            shadow.score(prediction.shadow() == label.scored());
        }
        if (prediction.teacher() != Prediction.NONE) {
            teacher.score(prediction.teacher() == label.scored());
        }
    }

    Prequential scores() {
        return new Prequential(
                student.accuracy(),
                shadow.accuracy(),
                teacher.accuracy(),
                agreement.accuracy(),
                waiting.size(),
                unscored);
    }

    void save(StateWriter state) {
        waiting.save(state);
        state.longs("predictions.unscored", unscored);
        student.save("prequential.student", state);
        shadow.save("prequential.shadow", state);
        teacher.save("prequential.teacher", state);
        agreement.save("prequential.agreement", state);
    }

    static PrequentialEvaluator restore(int capacity, LearnerState state) {
        PrequentialEvaluator evaluator =
                new PrequentialEvaluator(
                        PredictionStore.restore(capacity, state),
                        AccuracyWindow.restore("prequential.student", state),
                        AccuracyWindow.restore("prequential.shadow", state),
                        AccuracyWindow.restore("prequential.teacher", state),
                        AccuracyWindow.restore("prequential.agreement", state));
        evaluator.unscored = state.longs("predictions.unscored")[0];
        return evaluator;
    }
}
