package io.decant.gateway.guard;

import io.decant.follower.reload.ServingModel;
import io.decant.model.forward.Workspace;
import io.decant.pipeline.stage.Stage;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks two versions the same live question, off the requests' path, and lets the guard decide. Both
 * are timed here, one after the other in turns: so a machine that is busy with something else makes
 * neither look slow. <i>Owned by its stage's thread.</i>
 */
public final class GuardStage implements Stage {
    private static final Logger LOG = LoggerFactory.getLogger(GuardStage.class);
    private static final Duration TURN = Duration.ofMillis(50);

    private final GuardSettings settings;
    private final Guard guard;
    private final LiveAnswers answers;
    private final LongSupplier nanos;
    private final Workspace room = new Workspace();
    private boolean referenceFirst;

    /**
     * Makes the stage.
     *
     * @param nanos a clock of nanoseconds with any zero
     */
    public GuardStage(
            GuardSettings settings, Guard guard, LiveAnswers answers, LongSupplier nanos) {
        this.settings = settings;
        this.guard = guard;
        this.answers = answers;
        this.nanos = nanos;
    }

    @Override
    public String name() {
        return "guard";
    }

    @Override
    public int doWork() throws InterruptedException {
        return turn(TURN);
    }

    /** One turn that waits no longer than {@code atMost} for a sample. */
    int turn(Duration atMost) throws InterruptedException {
        Optional<LiveAnswers.Sample> sample = answers.take(atMost);
        int done = 0;
        if (sample.isPresent()) {
            for (Guard.Pair pair : guard.pairs(sample.get().answeredBy())) {
                try (pair) {
                    compare(pair, sample.get().input());
                }
                done++;
            }
        }
        guard.onTick();
        return done;
    }

    private void compare(Guard.Pair pair, byte[] input) {
        referenceFirst = !referenceFirst;
        Optional<Comparison.Answer> reference;
        Optional<Comparison.Answer> candidate;
        if (referenceFirst) {
            reference = ask(pair.reference(), input);
            candidate = ask(pair.candidate(), input);
        } else {
            candidate = ask(pair.candidate(), input);
            reference = ask(pair.reference(), input);
        }
        reference
                .flatMap(answer -> Comparison.of(answer, candidate, settings))
                .ifPresent(comparison -> guard.compared(pair, comparison));
    }

    private Optional<Comparison.Answer> ask(ServingModel model, byte[] input) {
        float[] logits = new float[model.spec().classCount()];
        long start = nanos.getAsLong();
        try {
            model.logits(input, 1, logits, room);
        } catch (RuntimeException broken) {
            // Whatever it threw, it did not answer: that is what the comparison is about.
            LOG.debug("event=no_answer version={}", model.version(), broken);
            return Optional.empty();
        }
        return Optional.of(new Comparison.Answer(logits, nanos.getAsLong() - start));
    }

    @Override
    public void close() {}
}
