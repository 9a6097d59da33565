package io.decant.trainer;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.monitor.Monitor;
import io.decant.pipeline.monitor.WorkMeter;
import io.decant.pipeline.stage.ForwardClock;
import io.decant.pipeline.stage.Stage;
import io.decant.trainer.learn.PredictionListener;
import io.decant.trainer.lease.Fencing;
import io.decant.trainer.lease.Leadership;
import io.decant.trainer.lease.Lease;
import io.decant.trainer.lease.Term;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains one model while it holds the lease, and stands by otherwise, warm. When the cluster fails,
 * it starts again from the last committed state, a bounded number of times in a row. When another
 * process took the model over, it stands by again. <i>Owned by the thread that calls it; {@link
 * #progress} may be read by all.</i>
 */
final class TrainerStage implements Stage {
    private static final Logger LOG = LoggerFactory.getLogger(TrainerStage.class);
    private final TrainerConfig config;
    private final String model;
    private final InstantSource clock;
    private final InstantSource waits;
    private final PredictionListener listener;
    private final BlockingQueue<Finish> requests;
    private final Lease lease;
    private final Leadership leadership;
    private final StandbyMetrics standbyMetrics;
    private final Supplier<Optional<String>> pause;
    private final Monitor monitor;
    private Optional<Tenure> tenure = Optional.empty();
    private Optional<Finish> finish = Optional.empty();
    private boolean standingBy;
    private boolean failed;
    private volatile TrainerProgress progress = TrainerProgress.STANDING_BY;
    private long toldVersion;
    private volatile Optional<String> trouble = Optional.empty();

    /**
     * Warms up, so that the process is ready to lead when it joins the lease's group.
     *
     * @param monitor hears what the stage does
     * @param process name of this process, another for each
     * @param pause why nothing may be learned for now; empty when it may
     */
    TrainerStage(
            TrainerConfig config,
            InstantSource clock,
            PredictionListener listener,
            BlockingQueue<Finish> requests,
            Monitor monitor,
            Supplier<Optional<String>> pause,
            String process) {
        this.config = config;
        this.model = config.model().name();
        this.clock = clock;
        this.listener = listener;
        this.requests = requests;
        this.pause = pause;
        this.waits = new ForwardClock(clock);
        this.leadership =
                new Leadership(
                        config.recovery().attempts(),
                        config.recovery().backoff(),
                        config.recovery().outagePatience());
        WarmUp.run(config);
        this.monitor = monitor;
        this.standbyMetrics = new StandbyMetrics(config, monitor);
        this.lease =
                new Lease(
                        new Clients(config.cluster()),
                        config.cluster().topics(),
                        model,
                        process,
                        config.lease().sessionTimeout());
    }

    @Override
    public String name() {
        return "trainer-" + model;
    }

    @Override
    public int doWork() {
        try {
            int done = turn();
            failed = false;
            if (tenure.isPresent() || standingBy) {
                trouble = Optional.empty();
            }
            return done;
        } catch (KafkaException failure) {
            failed = true;
            recover(failure);
            return 0;
        } catch (RuntimeException bug) {
            failed = true;
            throw bug;
        }
    }

    private int turn() {
        boolean paused = pause.get().isPresent();
        if (tenure.isEmpty() || paused) {
            monitor.meter().now(WorkMeter.Doing.WAIT_INPUT);
        }
        // Who learns waits for records; who does not waits here.
        Optional<Term> held =
                lease.poll(
                        tenure.isEmpty() || paused ? config.journal().pollWait() : Duration.ZERO);
        Leadership.Step step = leadership.next(held, waits.instant());
        if (step != Leadership.Step.LEAD && tenure.isPresent()) {
            lost("the group gave the model to another process");
        }
        return switch (step) {
            case STAND_BY -> standBy();
            case PAUSE -> 0;
            case TAKE_OVER -> takeOver(held.orElseThrow());
            case LEAD -> lead(tenure.orElseThrow(), held.orElseThrow(), paused);
        };
    }

    private int standBy() {
        if (lease.isDealt() && !standingBy) {
            standingBy = true;
            LOG.info("model={} event=standing_by", model);
        }
        if (standingBy) {
            standbyMetrics.idle(waits.instant(), false);
        }
        return 0;
    }

    private int takeOver(Term term) {
        monitor.meter().now(WorkMeter.Doing.WORK);
        // Fencing earlier writers is for the rightful owner alone: a process that was stopped may
        // believe in a lease that is another's by now.
        if (!lease.prove()) {
            return 0;
        }
        LOG.info("model={} event=taking_over", model);
        Takeover start;
        try {
            start = Takeover.of(config, clock, lease);
        } catch (KafkaException failure) {
            throw failure;
        } catch (RuntimeException unreadable) {
            // Whatever it was: while this process was stopped, the new owner may have removed what
            // is read here.
            if (!isRefused()) {
                throw unreadable;
            }
            lost(unreadable.toString());
            return 0;
        }
        tenure = Optional.of(new Tenure(config, clock, listener, monitor, start));
        leadership.leads(term);
        standingBy = false;
        return 1;
    }

    private int lead(Tenure now, Term term, boolean paused) {
        long published = now.lastPublished().map(version -> version.version()).orElse(0L);
        if (published != toldVersion) {
            toldVersion = published;
            // Its own point says who leads.
            standbyMetrics.told(waits.instant());
        } else {
            standbyMetrics.idle(waits.instant(), true);
        }
        int done = paused ? now.holdStill(term) : now.doWork(term);
        finish(now, term);
        if (now.lastPublished().isPresent()) {
            leadership.published();
        }
        progress = now.progress();
        return done;
    }

    private void finish(Tenure now, Term term) {
        if (finish.isEmpty()) {
            finish = Optional.ofNullable(requests.poll());
        }
        if (finish.isEmpty()) {
            return;
        }
        Finish asked = finish.get();
        if (asked.end.isEmpty()) {
            asked.end = Optional.of(now.journalEnd());
        }
        if (asked.version.isEmpty()) {
            asked.version = now.finishAt(asked.end.get(), term);
        }
        long committed = now.lastPublished().map(published -> published.version()).orElse(0L);
        asked.version
                .filter(wanted -> committed >= wanted)
                .ifPresent(
                        wanted -> {
                            finish = Optional.empty();
                            asked.done.complete(wanted);
                        });
    }

    private void recover(KafkaException failure) {
        endTenure();
        if (Fencing.mayHaveCaused(failure) && isRefused()) {
            lost(failure.toString());
            return;
        }
        int failures = leadership.failed(failure, waits.instant());
        if (leadership.givesUp()) {
            throw new KafkaException(
                    "the trainer of model '"
                            + model
                            + "' gives up after "
                            + failures
                            + " failures in a row (recovery.attempts, recovery.outage-patience); the last was: "
                            + failure.getMessage(),
                    failure);
        }
        trouble = Optional.of("it starts again after a failure: " + failure.getMessage());
        LOG.warn(
                "model={} event=starting_again failures={} error=\"{}\"",
                model,
                failures,
                failure.toString());
    }

    /** Whether the group says that the lease is not held any more; a silent group does not. */
    private boolean isRefused() {
        try {
            return !lease.prove();
        } catch (KafkaException unanswered) {
            LOG.warn("model={} event=lease_unknown error=\"{}\"", model, unanswered.toString());
            return false;
        }
    }

    private void lost(String reason) {
        LOG.warn("model={} event=lease_lost reason=\"{}\"", model, reason);
        leadership.lost();
        endTenure();
    }

    private void endTenure() {
        progress = TrainerProgress.STANDING_BY;
        // A version that was not committed is gone with the tenure, so the request has to be met
        // anew.
        finish.ifPresent(asked -> asked.version = Optional.empty());
        tenure.ifPresent(Tenure::close);
        tenure = Optional.empty();
    }

    /** Why it neither leads nor stands by; empty while it does. May be called by any thread. */
    Optional<String> trouble() {
        return trouble;
    }

    /** How far it is; may be called by any thread. */
    TrainerProgress progress() {
        return progress;
    }

    @Override
    public void close() {
        if (!failed) {
            tenure.ifPresent(now -> now.drain(config.recovery().stopPatience().dividedBy(2)));
        }
        endTenure();
        lease.close();
        standbyMetrics.close();
        IllegalStateException stopped =
                new IllegalStateException(
                        "the trainer of model '"
                                + model
                                + "' stopped before the last version was published");
        finish.ifPresent(asked -> asked.done.completeExceptionally(stopped));
        for (Finish asked = requests.poll(); asked != null; asked = requests.poll()) {
            asked.done.completeExceptionally(stopped);
        }
    }
}
