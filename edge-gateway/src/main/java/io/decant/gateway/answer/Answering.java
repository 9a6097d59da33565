package io.decant.gateway.answer;

import io.decant.follower.reload.ServingModel;
import io.decant.gateway.answer.AnswerObserver.Failure;
import io.decant.gateway.answer.Question.Inputs;
import io.decant.model.forward.Workspace;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests with one model in one forward pass. A row's answer does not depend on the rows
 * that came with it. <i>Owned by one thread.</i>
 */
public final class Answering {
    private static final Logger LOG = LoggerFactory.getLogger(Answering.class);

    private final AnswerObserver observer;
    private final Workspace room = new Workspace();

    /**
     * Makes an answerer.
     *
     * @param observer hears of every answer before it is given
     */
    public Answering(AnswerObserver observer) {
        this.observer = new SafeObserver(observer);
    }

    /** A request, and when it was complete as {@link System#nanoTime} had it. */
    public record Asked(Inputs inputs, long since) {}

    /** Answers all of the batch from {@code model} alone; does not throw. */
    public void answer(ServingModel model, List<Asked> batch) {
        int rows = batch.stream().mapToInt(asked -> asked.inputs().rows()).sum();
        int classes = model.spec().classCount();
        float[] logits;
        try {
            logits = new float[Math.multiplyExact(rows, classes)];
            model.logits(joined(model, batch, rows), rows, logits, room);
        } catch (RuntimeException bug) {
            // One batch must not take the thread down; the sentence in the log finds the bug.
            LOG.error("event=answer_failed version={} rows={}", model.version(), rows, bug);
            for (Asked asked : batch) {
                observer.failed(
                        model, asked.inputs().rows(), asked.inputs().data(), Failure.BROKEN);
                asked.inputs().fail(Failure.BROKEN, 0);
            }
            return;
        }
        int from = 0;
        for (Asked asked : batch) {
            int to = from + asked.inputs().rows() * classes;
            give(model, asked, batch.size() == 1 ? logits : Arrays.copyOfRange(logits, from, to));
            from = to;
        }
    }

    private void give(ServingModel model, Asked asked, float[] logits) {
        Inputs inputs = asked.inputs();
        for (int i = 0; i < logits.length; i++) {
            if (!Float.isFinite(logits[i])) {
                observer.failed(model, inputs.rows(), inputs.data(), Failure.NOT_FINITE);
                inputs.fail(Failure.NOT_FINITE, i / model.spec().classCount());
                return;
            }
        }
        observer.answered(
                model,
                inputs.id(),
                inputs.rows(),
                inputs.data(),
                logits,
                System.nanoTime() - asked.since());
        inputs.answer(logits);
    }

    private static byte[] joined(ServingModel model, List<Asked> batch, int rows) {
        if (batch.size() == 1) {
            return batch.get(0).inputs().data();
        }
        int bytes = model.spec().input().bytes();
        byte[] all = new byte[Math.multiplyExact(rows, bytes)];
        int at = 0;
        for (Asked asked : batch) {
            int length = asked.inputs().rows() * bytes;
            System.arraycopy(asked.inputs().data(), 0, all, at, length);
            at += length;
        }
        return all;
    }
}
