package io.decant.gateway.answer;

import io.decant.follower.reload.ServingModel;
import io.decant.gateway.answer.Answering.Asked;
import io.decant.pipeline.stage.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Answers what waits. It takes as many requests as are there, up to a bound of rows, and answers
 * them together from one model; under little load a request is alone and waits for nobody. <i>Owned
 * by its stage's thread; several stages share a queue.</i>
 */
public final class AnswerStage implements Stage {
    private static final long IDLE_MILLIS = 100;

    private final BlockingQueue<Question> questions;
    private final Supplier<Optional<ServingModel>> serving;
    private final int batchRows;
    private final long waitNanos;
    private final Answering answering;

    /**
     * Makes a stage.
     *
     * @param serving what to answer from, held for the stage, which lets it go
     * @param batchRows rows after which no further request is taken into a batch
     * @param batchWait how long a batch waits for more
     */
    public AnswerStage(
            BlockingQueue<Question> questions,
            Supplier<Optional<ServingModel>> serving,
            int batchRows,
            Duration batchWait,
            AnswerObserver observer) {
        this.questions = questions;
        this.serving = serving;
        this.batchRows = batchRows;
        waitNanos = batchWait.toNanos();
        answering = new Answering(observer);
    }

    @Override
    public String name() {
        return "answer";
    }

    /** Answers one batch; returns how many requests it held. */
    @Override
    public int doWork() throws InterruptedException {
        Question next = questions.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
        if (next == null) {
            return 0;
        }
        Optional<ServingModel> model = serving.get();
        try {
            return answer(next, model);
        } finally {
            model.ifPresent(ServingModel::letGo);
        }
    }

    private int answer(Question first, Optional<ServingModel> model) throws InterruptedException {
        Question next = first;
        List<Asked> batch = new ArrayList<>();
        long until = System.nanoTime() + waitNanos;
        int taken = 0;
        int rows = 0;
        while (next != null) {
            taken++;
            Optional<Question.Inputs> inputs = next.read(model);
            if (inputs.isPresent()) {
                batch.add(new Asked(inputs.get(), next.since()));
                rows += inputs.get().rows();
            }
            next = rows < batchRows ? another(until) : null;
        }
        if (!batch.isEmpty()) {
            answering.answer(model.orElseThrow(), batch);
        }
        return taken;
    }

    private Question another(long until) throws InterruptedException {
        return waitNanos == 0
                ? questions.poll()
                : questions.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {}
}
