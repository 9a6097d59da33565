package io.decant.trainer;

import io.decant.model.step.TrainingStep;
import io.decant.trainer.learn.Accuracy;
import io.decant.trainer.learn.Adaptation;
import io.decant.trainer.learn.Counters;
import io.decant.trainer.learn.Learner;
import io.decant.trainer.learn.Prequential;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Names of the trainer's metrics. Accuracies are shares in [0, 1]; {@code agreement} is the
 * student's with the teacher, not with labels; {@code leading} is 1 here, and 0 in the points of a
 * trainer that stands by; {@code alpha} is the teacher's weight, {@code drift_active} 1 while drift
 * asks for more of the teacher, which one with a budget looks for; {@code teacher_weight.ID} and
 * {@code teacher_accuracy.ID} are those of one teacher; a share that nothing was scored for is left
 * out. <i>Thread-safe: all methods are pure.</i>
 */
final class TrainerMetrics {
    private TrainerMetrics() {}

    /** All of a learner that has just ended a version. */
    static Map<String, Double> of(Learner learner, long lag, long lastPublishMillis) {
        Counters counters = learner.counters();
        Prequential prequential = learner.prequential();
        TrainingStep.Loss loss = learner.lastLoss();
        Adaptation adaptation = learner.adaptation();
        Map<String, Double> values = new TreeMap<>(learner.quality().metrics());
        put(values, "churn", learner.churn());
        values.put("leading", 1.0);
        values.put("pairs_learned", (double) counters.pairs());
        values.put("corrections_learned", (double) counters.corrections());
        values.put("gate_pairs", (double) counters.gate());
        values.put("records_refused", (double) counters.refused());
        values.put("records_left_out", (double) counters.leftOut());
        values.put("student_steps", (double) counters.steps());
        values.put("shadow_steps", (double) counters.shadowSteps());
        values.put("predictions_waiting", (double) prequential.waiting());
        values.put("predictions_unscored", (double) prequential.unscored());
        values.put("loss_teacher_nats", loss.teacher());
        values.put("loss_label_nats", loss.label());
        values.put("journal_lag_records", (double) lag);
        values.put("last_publish_millis", (double) lastPublishMillis);
        values.put("alpha", adaptation.alpha());
        values.put("alpha_unlabelled", adaptation.unlabelledAlpha());
        values.put("drift_active", adaptation.driftActive() ? 1.0 : 0.0);
        values.put("drifts_noticed", (double) adaptation.drifts());
        values.put("samples_remembered", (double) adaptation.remembered());
        adaptation
                .teachers()
                .forEach(
                        teacher -> {
                            values.put("teacher_weight." + teacher.id(), teacher.weight());
                            values.put("teacher_accuracy." + teacher.id(), teacher.accuracy());
                        });
        put(values, "student", prequential.student());
        put(values, "shadow", prequential.shadow());
        put(values, "teacher", prequential.teacher());
        put(values, "agreement", prequential.agreement());
        return values;
    }

    private static void put(Map<String, Double> values, String what, Accuracy accuracy) {
        values.put("prequential_scored_" + what, (double) accuracy.scored());
        put(values, "prequential_accuracy_" + what, accuracy.cumulative());
        put(values, "prequential_accuracy_sliding_" + what, accuracy.sliding());
        put(values, "prequential_accuracy_fading_" + what, accuracy.fading());
    }

    private static void put(Map<String, Double> values, String name, OptionalDouble value) {
        value.ifPresent(known -> values.put(name, known));
    }
}
