package io.decant.gateway.answer;

import io.decant.follower.reload.ServingModel;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps an observer's bug away from the answer that it hears of. <i>Thread-safe.</i> */
record SafeObserver(AnswerObserver observer) implements AnswerObserver {
    private static final Logger LOG = LoggerFactory.getLogger(SafeObserver.class);

    @Override
    public void answered(
            ServingModel model,
            Optional<String> id,
            int rows,
            byte[] inputs,
            float[] logits,
            long nanos) {
        try {
            observer.answered(model, id, rows, inputs, logits, nanos);
        } catch (RuntimeException bug) {
            report(model, bug);
        }
    }

    @Override
    public void failed(ServingModel model, int rows, byte[] inputs, Failure failure) {
        try {
            observer.failed(model, rows, inputs, failure);
        } catch (RuntimeException bug) {
            report(model, bug);
        }
    }

    private static void report(ServingModel model, RuntimeException bug) {
        LOG.error("event=answer_observer_failed version={}", model.version(), bug);
    }
}
