package io.decant.gateway.guard;

import io.decant.follower.pace.TokenBucket;
import io.decant.follower.reload.ServingModel;
import io.decant.gateway.answer.AnswerObserver;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/**
 * Counts the served version's answers, and keeps some of their inputs for the guard. It never makes
 * an answer wait: a full queue drops. An answer of a version that is not served any more is
 * nobody's. <i>Thread-safe; one thread takes.</i>
 */
public final class LiveAnswers implements AnswerObserver {
    private final double share;
    private final TokenBucket pace;
    private final BlockingQueue<Sample> queue;
    private final GuardCounters counters;
    private final DoubleSupplier draw;
    private volatile Served served = new Served(null, false);

    /** Counts of one version: a swap begins new ones, so they cannot be mixed up. */
    private record Served(
            ServingModel model, boolean wanted, LongAdder answered, LongAdder failed) {
        Served(ServingModel model, boolean wanted) {
            this(model, wanted, new LongAdder(), new LongAdder());
        }
    }

    /**
     * An input that was answered.
     *
     * @param input raw bytes of one input
     */
    record Sample(ServingModel answeredBy, byte[] input) {}

    /** Requests of the served version, since its swap. */
    record Count(long answered, long failed) {}

    /**
     * Makes an empty queue.
     *
     * @param draw uniform numbers in [0, 1), called by any thread
     */
    public LiveAnswers(
            GuardSettings settings,
            GuardCounters counters,
            InstantSource clock,
            DoubleSupplier draw) {
        share = settings.sampleShare();
        // A small burst, so that a second's samples do not all come from its first moment.
        pace =
                new TokenBucket(
                        settings.samplesPerSecond(),
                        Math.max(1, settings.samplesPerSecond() / 20.0),
                        clock);
        queue = new ArrayBlockingQueue<>(settings.queuedSamples());
        this.counters = counters;
        this.draw = draw;
    }

    /** As above, with draws of the thread's own generator. */
    public LiveAnswers(GuardSettings settings, GuardCounters counters, InstantSource clock) {
        this(settings, counters, clock, () -> ThreadLocalRandom.current().nextDouble());
    }

    /** From now on, {@code model}'s answers are counted, and kept when they are wanted. */
    void listen(Optional<ServingModel> model, boolean wanted) {
        Served now = served;
        ServingModel next = model.orElse(null);
        if (now.model() != next) {
            served = new Served(next, wanted);
        } else if (now.wanted() != wanted) {
            served = new Served(next, wanted, now.answered(), now.failed());
        }
    }

    @Override
    public void answered(
            ServingModel by,
            Optional<String> id,
            int rows,
            byte[] inputs,
            float[] logits,
            long nanos) {
        Served now = served;
        if (now.model() != by) {
            return;
        }
        now.answered().increment();
        if (now.wanted() && draw.getAsDouble() < share) {
            keep(by, inputs, 0);
        }
    }

    /** Whose fault an answer without numbers is, the guard finds out: so its inputs are kept. */
    @Override
    public void failed(ServingModel by, int rows, byte[] inputs, Failure failure) {
        Served now = served;
        if (now.model() != by) {
            return;
        }
        if (failure == Failure.BROKEN) {
            now.failed().increment();
        } else if (now.wanted()) {
            for (int row = 0; row < rows && keep(by, inputs, row); row++) {}
        }
    }

    /** Keeps a row for comparison; false when pace or queue allow no further one. */
    private boolean keep(ServingModel by, byte[] inputs, int row) {
        if (!pace.tryTake()) {
            return false;
        }
        int bytes = by.spec().input().bytes();
        byte[] input = Arrays.copyOfRange(inputs, row * bytes, (row + 1) * bytes);
        boolean kept = queue.offer(new Sample(by, input));
        if (!kept) {
            counters.dropped.increment();
        }
        return kept;
    }

    Count count() {
        Served now = served;
        return new Count(now.answered().sum(), now.failed().sum());
    }

    /** The oldest sample, or nothing after {@code atMost}. */
    Optional<Sample> take(Duration atMost) throws InterruptedException {
        return Optional.ofNullable(queue.poll(atMost.toMillis(), TimeUnit.MILLISECONDS));
    }
}
