package io.decant.cli;

import io.decant.cli.page.TrainingPoint;
import io.decant.trainer.learn.Learner;
import io.decant.trainer.learn.PredictionListener;
import java.util.ArrayList;
import java.util.List;

/**
 * Notes how a learner does after its steps, for a page, and passes on what it hears. It keeps every
 * k-th step; when {@value #LIMIT} are kept, each second is dropped and k doubles. A step that is
 * kept costs a forward pass, and changes no bit. <i>Owned by the learner's thread.</i>
 */
final class StepCurves implements PredictionListener {
    /** Points at most; at least half as many remain. */
    static final int LIMIT = 512;

    private final PredictionListener next;
    private List<TrainingPoint> kept = new ArrayList<>();
    private long stride = 1;
    private long steps;

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
        if (steps++ % stride == 0) {
            keep(TrainingPoint.of(learner));
        }
    }

    private void keep(TrainingPoint point) {
        kept.add(point);
        if (kept.size() == LIMIT) {
            List<TrainingPoint> half = new ArrayList<>(LIMIT);
            for (int i = 0; i < LIMIT; i += 2) {
                half.add(kept.get(i));
            }
            kept = half;
            stride *= 2;
        }
    }

    List<TrainingPoint> points() {
        return List.copyOf(kept);
    }
}
