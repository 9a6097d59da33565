package io.decant.trainer.join;

import io.decant.pipeline.retry.Endurance;
import io.decant.pipeline.topics.TopicRecreatedException;
import io.decant.pipeline.topics.TopicWatch;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after what Kafka Streams takes no notice of: a topic that was deleted and made again, and a
 * broker that does not come back. <i>Owned by its own thread; {@link #explain}, {@link #isOutage}
 * and {@link #close} may be called by any.</i>
 */
final class ClusterWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** What was begun in an outage has failed by then. */
    private static final Duration AFTERMATH = Duration.ofMinutes(2);

    private final TopicWatch topics;
    private final Endurance endurance;
    private final String group;
    private final Duration outage;
    private final InstantSource waits;
    private final Consumer<RuntimeException> stop;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    task -> {
                        Thread made = new Thread(task, "joiner-watch");
                        made.setDaemon(true);
                        return made;
                    });

    private volatile Instant lastAway = Instant.MIN;

    /**
     * Begins with {@link #start}.
     *
     * @param group of the joiner's consumers
     * @param outage how long the broker may be away
     * @param waits a clock that does not go back
     * @param stop hears, once, why the joiner cannot go on
     */
    ClusterWatch(
            TopicWatch topics,
            String group,
            Duration outage,
            InstantSource waits,
            Consumer<RuntimeException> stop) {
        this.topics = topics;
        this.group = group;
        this.outage = outage;
        this.waits = waits;
        this.stop = stop;
        // A broker that answers, but refuses, is for Kafka Streams to judge.
        endurance = new Endurance(Integer.MAX_VALUE, outage);
    }

    void start() {
        // A periodic task has nothing to return; it reports its failures itself.
        var unused =
                thread.scheduleWithFixedDelay(
                        this::look,
                        INTERVAL.toMillis(),
                        INTERVAL.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /** Says what a failure of Kafka Streams means where its own words do not. */
    Throwable explain(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof MissingSourceTopicException) {
                return checked(failure);
            }
            if (cause instanceof OffsetOutOfRangeException lost) {
                return checked(
                        new KafkaException(
                                "records were removed before group "
                                        + group
                                        + " read them, at "
                                        + lost.offsetOutOfRangePartitions()
                                        + "; raise the topic's retention, then move the group's offsets on with kafka-consumer-groups --reset-offsets",
                                failure));
            }
        }
        return failure;
    }

    /** A topic that was deleted, or made again, explains more. */
    private Throwable checked(Throwable failure) {
        try {
            topics.check();
            return failure;
        } catch (TopicRecreatedException recreated) {
            return recreated;
        } catch (KafkaException gone) {
            return new KafkaException(
                    "a topic that the joiner reads was deleted while it ran: "
                            + gone.getMessage()
                            + "; make the topics again with 'decant topics create', then start the joiner again",
                    gone);
        }
    }

    private void look() {
        try {
            topics.check();
            endurance.succeeded();
        } catch (TopicRecreatedException recreated) {
            end(recreated);
        } catch (InterruptException closing) {
            LOG.debug("service=joiner event=watch_closed");
        } catch (KafkaException away) {
            lastAway = waits.instant();
            LOG.warn("service=joiner event=topics_not_described error=\"{}\"", away.getMessage());
            if (!endurance.bears(away, waits.instant())) {
                end(
                        new KafkaException(
                                "the broker has been away for "
                                        + outage.toSeconds()
                                        + " s (outage-patience): "
                                        + away.getMessage()
                                        + "; check the broker, then start the joiner again",
                                away));
            }
        }
    }

    /** Whether the broker is away, or was a moment ago. */
    boolean isOutage() {
        return waits.instant().minus(AFTERMATH).isBefore(lastAway);
    }

    private void end(RuntimeException reason) {
        thread.shutdown();
        stop.accept(reason);
    }

    @Override
    public void close() {
        thread.shutdownNow();
        topics.close();
    }
}
