package io.decant.gateway;

import io.decant.follower.reload.ServingModel;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/** Answers to one or more inputs, all of one version. <i>Immutable.</i> */
public final class Prediction {
    private final ServingModel model;
    private final float[] logits;

    Prediction(ServingModel model, float[] logits) {
        this.model = model;
        this.logits = logits;
    }

    /** The version that answered. */
    public long version() {
        return model.version();
    }

    /** Greatest event time that it had learned from; empty when it had learned nothing. */
    public Optional<Instant> watermark() {
        return model.watermark();
    }

    /** Number of inputs that were answered. */
    public int size() {
        return logits.length / classCount();
    }

    public int classCount() {
        return model.spec().classCount();
    }

    /**
     * Logits [classes] of one input, before softmax, finite.
     *
     * @param input from 0, in the order in which they were asked
     */
    public float[] logits(int input) {
        int from = Objects.checkIndex(input, size()) * classCount();
        return Arrays.copyOfRange(logits, from, from + classCount());
    }

    /** The class with the greatest logit of one input; the first of equals. */
    public int classOf(int input) {
        float[] row = logits(input);
        int best = 0;
        for (int c = 1; c < row.length; c++) {
            if (row[c] > row[best]) {
                best = c;
            }
        }
        return best;
    }
}
