package io.decant.gateway.answer;

import io.decant.follower.reload.ServingModel;
import java.util.List;
import java.util.Optional;

/**
 * Hears of every answer that a model gave, and of every one it failed to give. It is called on the
 * thread that answers and must return at once: no lock that others hold long, no input or output; a
 * queue that is full drops. What it throws is logged and changes no answer. Requests that no model
 * saw (bad ones, and those turned away) are not told of. <i>Implementations are thread-safe.</i>
 */
public interface AnswerObserver {
    /** Hears nothing. */
    AnswerObserver NONE =
            new AnswerObserver() {
                @Override
                public void answered(
                        ServingModel model,
                        Optional<String> id,
                        int rows,
                        byte[] inputs,
                        float[] logits,
                        long nanos) {}

                @Override
                public void failed(ServingModel model, int rows, byte[] inputs, Failure failure) {}
            };

    /** Tells each of {@code observers} in turn. */
    static AnswerObserver all(List<AnswerObserver> observers) {
        List<AnswerObserver> each = List.copyOf(observers);
        return new AnswerObserver() {
            @Override
            public void answered(
                    ServingModel model,
                    Optional<String> id,
                    int rows,
                    byte[] inputs,
                    float[] logits,
                    long nanos) {
                for (AnswerObserver observer : each) {
                    observer.answered(model, id, rows, inputs, logits, nanos);
                }
            }

            @Override
            public void failed(ServingModel model, int rows, byte[] inputs, Failure failure) {
                for (AnswerObserver observer : each) {
                    observer.failed(model, rows, inputs, failure);
                }
            }
        };
    }

    /** Why a model gave no answer. */
    enum Failure {
        /** A logit is not a number or not finite: a broken model, or an input beyond its range. */
        NOT_FINITE,
        /** Its forward pass threw: a bug. */
        BROKEN
    }

    /**
     * A request was answered.
     *
     * @param model the one version that all of the answer comes from
     * @param id the client's name for the request
     * @param rows inputs of the request, at least 1
     * @param inputs raw bytes in the spec's dtype, {@code rows * spec.input().bytes()} of them from
     *     index 0, with room behind them perhaps; shared: never changed by anyone, may be kept
     * @param logits [rows][classes], row after row, finite; shared likewise
     * @param nanos from the complete request to its answer's logits, waiting included
     */
    void answered(
            ServingModel model,
            Optional<String> id,
            int rows,
            byte[] inputs,
            float[] logits,
            long nanos);

    /**
     * A request that fits the model got no answer from it.
     *
     * @param rows as for {@link #answered}
     * @param inputs as for {@link #answered}
     */
    void failed(ServingModel model, int rows, byte[] inputs, Failure failure);
}
