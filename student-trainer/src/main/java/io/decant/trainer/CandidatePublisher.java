package io.decant.trainer;

import io.decant.model.torch.Torch;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.metrics.MetricReporter;
import io.decant.pipeline.monitor.Monitor;
import io.decant.pipeline.stage.ForwardClock;
import io.decant.trainer.journal.JournalLearner;
import io.decant.trainer.learn.Counters;
import io.decant.trainer.learn.Learner;
import io.decant.trainer.lease.Lease;
import io.decant.trainer.lease.Term;
import io.decant.trainer.publish.Checkpoint;
import io.decant.trainer.publish.CheckpointPublisher;
import io.decant.trainer.publish.Orders;
import io.decant.trainer.publish.Provenance;
import io.decant.trainer.publish.Published;
import io.decant.trainer.publish.Retention;
import io.decant.trainer.rerun.VersionSink;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.KafkaException;

/**
 * Publishes the versions of a new run as a trainer of that name would: under the model's lease, one
 * transaction each, with state and lineage. So they can be verified, a gateway can serve them, and
 * a trainer can go on from the last. What the run refuses is not dead-lettered once more. <i>Owned
 * by the run's thread.</i>
 */
public final class CandidatePublisher implements VersionSink {
    private static final Duration POLL = Duration.ofMillis(100);

    private final TrainerConfig config;
    private final Lease lease;
    private final Term term;
    private final Takeover takeover;
    private final CheckpointPublisher publisher;
    private Optional<Published> last = Optional.empty();
    private long live;

    private CandidatePublisher(
            TrainerConfig config, Lease lease, Term term, Takeover takeover, InstantSource clock) {
        this.config = config;
        this.lease = lease;
        this.term = term;
        this.takeover = takeover;
        this.publisher =
                new CheckpointPublisher(
                        config.model().name(),
                        config.cluster(),
                        new Provenance(
                                takeover.watch().ids(),
                                Torch.engineDescription(),
                                Torch.cpuCapability(),
                                config.seed()),
                        Optional.empty(),
                        config.learning().student(),
                        config.signing().read(),
                        takeover.producer(),
                        takeover.watch(),
                        new Retention(
                                config.publish().keep(),
                                config.publish().removals(),
                                config.stateSchedule(),
                                List.of(),
                                CheckpointPublisher.steadyMillis()),
                        config.stateSchedule(),
                        codec ->
                                new MetricReporter(
                                        "trainer",
                                        Monitor.Identity.ofProcess(),
                                        MetricReporter.Shown.NOWHERE,
                                        config.cluster().topics(),
                                        codec,
                                        clock),
                        clock);
    }

    /**
     * Gets the new model's lease and makes sure that it has no versions.
     *
     * @param config of the run's beginning; its model's name is the new one
     * @throws IllegalArgumentException when the name has versions already
     * @throws KafkaException when another process holds the lease, or the cluster does not answer
     */
    public static CandidatePublisher open(TrainerConfig config, InstantSource clock) {
        String model = config.model().name();
        Lease lease =
                new Lease(
                        new Clients(config.cluster()),
                        config.cluster().topics(),
                        model,
                        "run-" + UUID.randomUUID(),
                        config.lease().sessionTimeout());
        Optional<Takeover> takeover = Optional.empty();
        boolean opened = false;
        try {
            Term term = await(lease, config, clock);
            takeover = Optional.of(Takeover.of(config, clock, lease));
            if (takeover.get().known().state().isPresent()) {
                throw new IllegalArgumentException(
                        "model '"
                                + model
                                + "' has versions already; choose another name with --as");
            }
            CandidatePublisher publisher =
                    new CandidatePublisher(config, lease, term, takeover.get(), clock);
            opened = true;
            return publisher;
        } finally {
            if (!opened) {
                takeover.ifPresent(
                        taken -> {
                            close(taken);
                            taken.producer().close(Duration.ZERO);
                        });
                lease.close();
            }
        }
    }

    private static Term await(Lease lease, TrainerConfig config, InstantSource clock) {
        Duration patience = config.recovery().patience();
        InstantSource waits = new ForwardClock(clock);
        Instant end = waits.instant().plus(patience);
        while (true) {
            Optional<Term> held = lease.poll(POLL);
            if (held.isPresent() && lease.prove()) {
                return held.get();
            }
            if (waits.instant().isAfter(end)) {
                throw new KafkaException(
                        "the lease of model '"
                                + config.model().name()
                                + "' was not to be had in "
                                + patience.toSeconds()
                                + " s; does a trainer run under that name?");
            }
        }
    }

    @Override
    public void ended(
            JournalLearner.Version version,
            Learner learner,
            Set<String> teacherIds,
            boolean finished) {
        stillAlive();
        Counters counters = learner.counters();
        if (version.gate().letsThrough()) {
            live = version.state().header().version();
        }
        Map<String, Double> metrics =
                TrainerMetrics.of(learner, 0, last.map(Published::millis).orElse(0L));
        metrics.putAll(version.gate().metrics());
        metrics.put("live_version", (double) live);
        Checkpoint checkpoint =
                new Checkpoint(
                        version.state(),
                        version.forms(),
                        version.gate(),
                        live,
                        version.intake(),
                        counters.watermarkMillis(),
                        teacherIds,
                        metrics,
                        learner.takeNotices(),
                        List.of(),
                        finished,
                        // Nothing of a run that has just begun is old enough to be removed.
                        Orders.UNKNOWN,
                        term);
        CompletableFuture<Published> publish = publisher.publish(checkpoint);
        while (!publish.isDone()) {
            // The publisher may need the group's next generation, which only a poll brings.
            lease.poll(POLL);
        }
        try {
            last = Optional.of(publish.join());
        } catch (CompletionException failed) {
            throw new KafkaException(
                    "version "
                            + version.state().header().version()
                            + " of model '"
                            + config.model().name()
                            + "' could not be published: "
                            + failed.getCause().getMessage()
                            + "; its earlier versions stay, so give the next run another name",
                    failed.getCause());
        }
    }

    /**
     * Takes part in the lease's group.
     *
     * @throws KafkaException when the lease is lost
     */
    @Override
    public void stillAlive() {
        if (lease.poll(Duration.ZERO).filter(held -> held.equals(term)).isEmpty()) {
            throw new KafkaException(
                    "the lease of model '"
                            + config.model().name()
                            + "' was lost: another process trains under that name, or the broker was away");
        }
    }

    /** The newest version that was published. */
    public Optional<Published> last() {
        return last;
    }

    @Override
    public void close() {
        publisher.close();
        close(takeover);
        lease.close();
    }

    /** Closes what the publisher does not own. */
    private static void close(Takeover takeover) {
        takeover.journal().close();
        takeover.codec().close();
        takeover.admin().close(Duration.ofSeconds(1));
    }
}
