package io.decant.trainer;

import static io.decant.pipeline.metrics.Metric.counter;
import static io.decant.pipeline.metrics.Metric.gauge;

import io.decant.model.step.TrainingStep;
import io.decant.pipeline.metrics.Metric;
import io.decant.trainer.learn.Accuracy;
import io.decant.trainer.learn.Adaptation;
import io.decant.trainer.learn.Counters;
import io.decant.trainer.learn.Learner;
import io.decant.trainer.learn.Prequential;
import java.util.ArrayList;
import java.util.List;
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
public final class TrainerMetrics {
    /** What its points are called where they are shown. */
    static final String SOURCE = "versions";

    private static final List<String> JUDGED = List.of("student", "shadow", "teacher");

    /** What there is. */
    public static final List<Metric> ALL = all();

    private TrainerMetrics() {}

    private static List<Metric> all() {
        List<Metric> all =
                new ArrayList<>(
                        List.of(
                                gauge(
                                        "leading",
                                        "1 for the model's trainer, 0 for one that stands by."),
                                counter(
                                        "pairs_learned",
                                        "Live pairs learned, of the model's whole life."),
                                counter("corrections_learned", "Late labels learned."),
                                counter("gate_pairs", "Pairs kept for the gate, never learned."),
                                counter("records_refused", "Journal records refused."),
                                counter(
                                        "records_left_out",
                                        "Journal records left out by the configuration."),
                                counter("student_steps", "Optimiser steps of the student."),
                                counter("shadow_steps", "Optimiser steps of the shadow."),
                                gauge("predictions_waiting", "Predictions that wait for a label."),
                                counter(
                                        "predictions_unscored",
                                        "Predictions that left before a label came."),
                                gauge(
                                        "loss_teacher_nats",
                                        "Teacher's term of the last step's loss."),
                                gauge("loss_label_nats", "Labels' term of the last step's loss."),
                                gauge(
                                        "journal_lag_records",
                                        "Journal records behind this version."),
                                gauge("last_publish_millis", "Time that the publish before took."),
                                gauge("live_version", "Version that @live names."),
                                gauge(
                                        "fleet_veto",
                                        "1 while gateways that took versions back hold @live."),
                                gauge("alpha", "Teacher's weight for labelled samples."),
                                gauge(
                                        "alpha_unlabelled",
                                        "Teacher's weight for samples without a label."),
                                gauge("drift_active", "1 while a reaction to drift lasts."),
                                counter("drifts_noticed", "Drifts noticed."),
                                gauge("samples_remembered", "Samples in the reservoir."),
                                gauge("teacher_weight", "Weight of one teacher.").by("teacher"),
                                gauge("teacher_accuracy", "Fading accuracy of one teacher.")
                                        .by("teacher"),
                                gauge("churn", "Share of probe samples that changed their class."),
                                gauge(
                                        "quality_answered",
                                        "Labelled samples that quality was measured on."),
                                gauge(
                                        "nll_nats_student",
                                        "Negative log likelihood of labels, sliding."),
                                gauge("ece_student", "Expected calibration error, sliding."),
                                gauge(
                                        "kl_nats_teacher_student",
                                        "Divergence from the teacher, sliding."),
                                gauge("gate_refused", "1 for a version that the gate refused."),
                                gauge(
                                        "gate_advised_against",
                                        "1 for a version that the gate advised against."),
                                gauge("gate_samples", "Samples that the gate judged with."),
                                gauge(
                                        "gate_accuracy_candidate",
                                        "Accuracy of the candidate at the gate."),
                                gauge(
                                        "gate_accuracy_live",
                                        "Accuracy of the live version at the gate."),
                                gauge(
                                        "gate_nll_candidate_nats",
                                        "Label loss of the candidate at the gate."),
                                gauge(
                                        "gate_nll_live_nats",
                                        "Label loss of the live version at the gate."),
                                gauge(
                                        "gate_standard_error",
                                        "Standard error of the difference at the gate.")));
        for (String who : List.of("student", "shadow", "teacher", "agreement")) {
            all.add(counter("prequential_scored_" + who, "Predictions scored: " + who + "."));
            all.add(
                    gauge(
                            "prequential_accuracy_" + who,
                            "Prequential accuracy, cumulative: " + who + "."));
            all.add(
                    gauge(
                            "prequential_accuracy_sliding_" + who,
                            "The same over the last 1 000: " + who + "."));
            all.add(
                    gauge(
                            "prequential_accuracy_fading_" + who,
                            "The same, fading by 0.999: " + who + "."));
        }
        all.add(gauge("recall_samples", "Labelled samples of a class.").by("class"));
        all.add(gauge("slice_samples", "Labelled samples of a slice.").by("slice"));
        for (String who : JUDGED) {
            all.add(gauge("recall_" + who, "Recall of a class: " + who + ".").by("class"));
            all.add(
                    gauge("slice_accuracy_" + who, "Accuracy on a slice: " + who + ".")
                            .by("slice"));
        }
        return List.copyOf(all);
    }

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
