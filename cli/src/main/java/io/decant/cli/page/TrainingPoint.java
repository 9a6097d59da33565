package io.decant.cli.page;

import io.decant.cli.Shown;
import io.decant.model.step.TrainingStep;
import io.decant.records.Lineage;
import io.decant.trainer.learn.Accuracy;
import io.decant.trainer.learn.Learner;
import io.decant.trainer.learn.Prequential;
import java.util.Map;

/**
 * How a model was doing when it had learned so many pairs. Shares are in [0, 1], losses in nats;
 * null where there was nothing to measure. <i>Immutable.</i>
 *
 * @param agreement share of the last predictions that are the teacher's too
 */
public record TrainingPoint(
        long pairs,
        Scores student,
        Scores shadow,
        Scores teacher,
        Double agreement,
        Double teacherLoss,
        Double labelLoss) {

    /**
     * Prequential accuracy of one model.
     *
     * @param sliding over the last 1 000
     */
    public record Scores(Double sliding, Double cumulative) {
        private static Scores of(Accuracy accuracy) {
            return new Scores(Shown.boxed(accuracy.sliding()), Shown.boxed(accuracy.cumulative()));
        }

        private static Scores of(Map<String, Double> metrics, String who) {
            return new Scores(
                    metrics.get("prequential_accuracy_sliding_" + who),
                    metrics.get("prequential_accuracy_" + who));
        }
    }

    /** As a trainer recorded it when it published a version. */
    public static TrainingPoint of(Lineage lineage) {
        Map<String, Double> metrics = lineage.getMetrics();
        boolean stepped = metrics.getOrDefault("student_steps", 0.0) > 0;
        Scores student = Scores.of(metrics, "student");
        return new TrainingPoint(
                metrics.getOrDefault("pairs_learned", 0.0).longValue(),
                student,
                Scores.of(metrics, "shadow"),
                Scores.of(metrics, "teacher"),
                metrics.get("prequential_accuracy_sliding_agreement"),
                stepped ? metrics.get("loss_teacher_nats") : null,
                stepped && student.cumulative != null ? metrics.get("loss_label_nats") : null);
    }

    /** After a step. The losses cost a forward pass. */
    public static TrainingPoint of(Learner learner) {
        Prequential prequential = learner.prequential();
        TrainingStep.Loss loss = learner.lastLoss();
        return new TrainingPoint(
                learner.counters().pairs(),
                Scores.of(prequential.student()),
                Scores.of(prequential.shadow()),
                Scores.of(prequential.teacher()),
                Shown.boxed(prequential.agreement().sliding()),
                loss.teacher(),
                prequential.student().scored() > 0 ? loss.label() : null);
    }
}
