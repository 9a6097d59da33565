package io.decant.trainer;

import io.decant.model.step.TrainingStep;
import io.decant.trainer.learn.Accuracy;
import io.decant.trainer.learn.Counters;
import io.decant.trainer.learn.Prequential;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** Names of the trainer's metrics; a share that nothing was scored for is left out. <i>Thread-safe: all methods are pure.</i> */
final class TrainerMetrics {
    private TrainerMetrics() {}

    static Map<String, Double> of(
            Counters counters, Prequential prequential, TrainingStep.Loss loss, long lag, long lastPublishMillis) {
        Map<String, Double> values = new TreeMap<>();
        values.put("pairs.learned.count", (double) counters.pairs());
        values.put("corrections.learned.count", (double) counters.corrections());
        values.put("pairs.gate.count", (double) counters.gate());
        values.put("records.refused.count", (double) counters.refused());
        values.put("student.steps.count", (double) counters.steps());
        values.put("shadow.steps.count", (double) counters.shadowSteps());
        values.put("predictions.waiting.count", (double) prequential.waiting());
        values.put("predictions.unscored.count", (double) prequential.unscored());
        values.put("loss.teacher.nats", loss.teacher());
        values.put("loss.label.nats", loss.label());
        values.put("journal.lag.records", (double) lag);
        values.put("publish.last.millis", (double) lastPublishMillis);
        put(values, "student", prequential.student());
        put(values, "shadow", prequential.shadow());
        put(values, "teacher", prequential.teacher());
        put(values, "agreement", prequential.agreement());
        return values;
    }

    private static void put(Map<String, Double> values, String who, Accuracy accuracy) {
        String name = "prequential." + who;
        values.put(name + ".scored.count", (double) accuracy.scored());
        put(values, name + ".cumulative.ratio", accuracy.cumulative());
        put(values, name + ".sliding.ratio", accuracy.sliding());
        put(values, name + ".fading.ratio", accuracy.fading());
    }

    private static void put(Map<String, Double> values, String name, OptionalDouble value) {
        value.ifPresent(known -> values.put(name, known));
    }
}
