package io.decant.cli.demo;

import io.decant.dataset.IdxSplit;
import io.decant.trainer.learn.PredictionListener;
import java.util.HashMap;
import java.util.Map;

/**
 * Scores the trainer's predictions, each made before its sample was learned, against the classes in
 * the file, which never entered a topic: what prequential accuracy would be with all labels, in
 * time and right. <i>Thread-safe.</i>
 */
final class PrequentialClean implements PredictionListener {
    private final Map<String, Integer> truth = new HashMap<>();
    private final Map<String, Boolean> right = new HashMap<>();

    PrequentialClean(StreamPlan plan, IdxSplit training) {
        for (int index : plan.order()) {
            truth.put(plan.sampleId(index), training.label(index));
        }
    }

    @Override
    public synchronized void predicted(String sampleId, int student) {
        Integer expected = truth.get(sampleId);
        if (expected != null) {
            // After a crash a pair is learned again, from the state before it: the last prediction
            // counts.
            right.put(sampleId, expected == student);
        }
    }

    /**
     * Share of right predictions; null when some sample was predicted before this process, or
     * never.
     */
    synchronized Double accuracy() {
        if (right.isEmpty() || right.size() < truth.size()) {
            return null;
        }
        return right.values().stream().filter(hit -> hit).count() / (double) right.size();
    }
}
