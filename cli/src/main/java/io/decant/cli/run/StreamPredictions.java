package io.decant.cli.run;

import io.decant.trainer.learn.PredictionListener;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A trainer's predictions by position in the stream, each made before its sample was learned. They
 * can be scored against classes that never entered a topic: what prequential accuracy would be with
 * all labels, in time and right. <i>Thread-safe.</i>
 */
public final class StreamPredictions implements PredictionListener {
    /** No prediction was heard of. */
    public static final int NONE = -1;

    private final StreamPlan plan;
    private final Map<String, Integer> positions = new HashMap<>();
    private final int[] student;
    private final int[] shadow;

    public StreamPredictions(StreamPlan plan) {
        this.plan = plan;
        student = new int[plan.samples()];
        shadow = new int[plan.samples()];
        Arrays.fill(student, NONE);
        Arrays.fill(shadow, NONE);
        for (int position = 0; position < student.length; position++) {
            positions.put(plan.sampleId(position), position);
        }
    }

    @Override
    public synchronized void predicted(String sampleId, int predicted) {
        keep(student, sampleId, predicted);
    }

    @Override
    public synchronized void shadowPredicted(String sampleId, int predicted) {
        keep(shadow, sampleId, predicted);
    }

    private void keep(int[] choices, String sampleId, int predicted) {
        Integer position = positions.get(sampleId);
        if (position != null) {
            // After a crash a pair is learned again, from the state before it: the last prediction
            // counts.
            choices[position] = predicted;
        }
    }

    /** The student's class at each position; {@link #NONE} where it was not heard of. */
    public synchronized int[] student() {
        return student.clone();
    }

    /** The shadow's, likewise. */
    public synchronized int[] shadow() {
        return shadow.clone();
    }

    /**
     * Share of right predictions; null when some sample was predicted before this process, or
     * never.
     */
    public synchronized Double accuracy() {
        int right = 0;
        for (int position = 0; position < student.length; position++) {
            if (student[position] == NONE) {
                return null;
            }
            right += student[position] == plan.item(position).truth() ? 1 : 0;
        }
        return right / (double) student.length;
    }
}
