package io.decant.trainer;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.stage.Stage;
import io.decant.trainer.learn.PredictionListener;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains one model while it holds the lease, and waits for the lease otherwise. When the cluster
 * fails, it starts again from the last committed state, a bounded number of times in a row.
 * <i>Owned by the thread that calls it; {@link #progress} may be read by all.</i>
 */
final class TrainerStage implements Stage {
    private static final Logger LOG = LoggerFactory.getLogger(TrainerStage.class);
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private final TrainerConfig config;
    private final InstantSource clock;
    private final PredictionListener listener;
    private final BlockingQueue<Finish> requests;
    private final Lease lease;
    private Optional<Tenure> tenure = Optional.empty();
    private Optional<Finish> finish = Optional.empty();
    private long lossesSeen;
    private int failures;
    private Instant notBefore;
    private boolean failed;
    private volatile TrainerProgress progress = TrainerProgress.WAITING;

    TrainerStage(
            TrainerConfig config,
            InstantSource clock,
            PredictionListener listener,
            BlockingQueue<Finish> requests) {
        this.config = config;
        this.clock = clock;
        this.listener = listener;
        this.requests = requests;
        this.lease =
                new Lease(
                        new Clients(config.cluster()),
                        config.cluster().topics(),
                        config.model().name());
        this.notBefore = clock.instant();
    }

    @Override
    public String name() {
        return "trainer-" + config.model().name();
    }

    @Override
    public int doWork() {
        try {
            return turn();
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
        boolean idle = tenure.isEmpty();
        lease.poll(idle ? config.journal().pollWait() : Duration.ZERO);
        if (tenure.isPresent() && (!lease.isHeld() || lease.losses() != lossesSeen)) {
            LOG.warn("model={} event=lease_lost", config.model().name());
            endTenure();
        }
        if (tenure.isEmpty()) {
            if (!lease.isHeld() || clock.instant().isBefore(notBefore)) {
                return 0;
            }
            lossesSeen = lease.losses();
            tenure = Optional.of(new Tenure(config, clock, listener, Takeover.of(config, clock)));
        }
        Tenure now = tenure.get();
        int done = now.doWork(lease.generation());
        finish(now);
        if (now.lastPublished().isPresent()) {
            failures = 0;
        }
        failed = false;
        progress = now.progress();
        return done;
    }

    private void finish(Tenure now) {
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
            asked.version = now.finishAt(asked.end.get(), lease.generation());
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
        failures++;
        endTenure();
        if (failures >= config.recovery().attempts()) {
            throw new KafkaException(
                    "the trainer of model '"
                            + config.model().name()
                            + "' gives up after "
                            + failures
                            + " failures in a row (recovery.attempts); the last was: "
                            + failure.getMessage(),
                    failure);
        }
        notBefore = clock.instant().plus(config.recovery().backoff());
        LOG.warn(
                "model={} event=starting_again failures={} error=\"{}\"",
                config.model().name(),
                failures,
                failure.toString());
    }

    private void endTenure() {
        progress = TrainerProgress.WAITING;
        // A version that was not committed is gone with the tenure, so the request has to be met
        // anew.
        finish.ifPresent(asked -> asked.version = Optional.empty());
        tenure.ifPresent(Tenure::close);
        tenure = Optional.empty();
    }

    /** How far it is; may be called by any thread. */
    TrainerProgress progress() {
        return progress;
    }

    @Override
    public void close() {
        if (!failed) {
            tenure.ifPresent(now -> now.drain(DRAIN));
        }
        endTenure();
        lease.close();
        IllegalStateException stopped =
                new IllegalStateException(
                        "the trainer of model '"
                                + config.model().name()
                                + "' stopped before the last version was published");
        finish.ifPresent(asked -> asked.done.completeExceptionally(stopped));
        for (Finish asked = requests.poll(); asked != null; asked = requests.poll()) {
            asked.done.completeExceptionally(stopped);
        }
    }
}
