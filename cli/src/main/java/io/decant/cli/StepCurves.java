package io.decant.cli;

import io.decant.cli.page.RunningSample;
import io.decant.cli.page.TrainingPoint;
import io.decant.trainer.learn.Learner;
import io.decant.trainer.learn.PredictionListener;
import java.util.List;

/**
 * Notes how a learner does after some of its steps, for a page, and passes on what it hears. A step
 * that is noted costs a forward pass, and changes no bit. <i>Owned by the learner's thread.</i>
 */
final class StepCurves implements PredictionListener {
    /** A curve cannot show more on a screen. */
    private static final int LIMIT = 512;

    private final PredictionListener next;
    private final RunningSample<TrainingPoint> points = new RunningSample<>(LIMIT);

    StepCurves(PredictionListener next) {
        this.next = next;
    }

    @Override
    public void predicted(String sampleId, int student) {
        next.predicted(sampleId, student);
    }

    @Override
    public void stepped(Learner learner) {
        next.stepped(learner);
        if (points.wantsNext()) {
            points.keep(TrainingPoint.of(learner));
        }
    }

    List<TrainingPoint> points() {
        return points.items();
    }
}
