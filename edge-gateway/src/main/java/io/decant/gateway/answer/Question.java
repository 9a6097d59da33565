package io.decant.gateway.answer;

import io.decant.follower.reload.ServingModel;
import io.decant.gateway.answer.AnswerObserver.Failure;
import java.util.Optional;

/**
 * A complete request that waits for a thread. It is read only when a thread has taken it, because
 * what fits depends on the model of that moment. <i>Owned by the thread that took it.</i>
 */
public interface Question {
    /** When the request was complete, as {@link System#nanoTime} had it. */
    long since();

    /**
     * Reads the request for the model that will answer it. It does not throw: what cannot be read
     * is answered with an error here, and the result is empty.
     *
     * @param model the one that is served; empty before the first
     */
    Optional<Inputs> read(Optional<ServingModel> model);

    /** A request that fits the model. Exactly one of its two last methods is called, once. */
    interface Inputs {
        /** The client's name for the request. */
        Optional<String> id();

        /** Number of inputs, at least 1. */
        int rows();

        /** Raw bytes in the spec's dtype from index 0, with room behind them perhaps. */
        byte[] data();

        /**
         * Gives the answer.
         *
         * @param logits [rows][classes], row after row, finite
         */
        void answer(float[] logits);

        /**
         * Says that there is no answer.
         *
         * @param row the input that it failed at
         */
        void fail(Failure failure, int row);
    }
}
