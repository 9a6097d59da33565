package io.decant.teacher;

import io.decant.pipeline.metrics.MetricReporter;
import io.decant.pipeline.monitor.Monitor;
import io.decant.pipeline.monitor.WorkMeter;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.stage.ForwardClock;
import io.decant.pipeline.stage.Stage;
import io.decant.pipeline.topics.TopicRecreatedException;
import io.decant.pipeline.topics.TopicWatch;
import io.decant.teacher.card.Announcement;
import io.decant.teacher.commit.AnswerTransaction;
import io.decant.teacher.commit.OpenWork;
import io.decant.teacher.commit.Passed;
import io.decant.teacher.commit.RetryBudget;
import io.decant.teacher.followed.FollowedStudent;
import io.decant.teacher.metrics.TeacherMetrics;
import io.decant.teacher.reload.Finding;
import io.decant.teacher.reload.Successors;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Samples in, soft targets out. One transaction holds answers, dead letters and the offsets that
 * they answer, and a commit first scores the open batch: an offset never passes a sample whose
 * answer is not in the same transaction. Work is done in the turn that polled it, and a full
 * transaction is committed before the next sample is taken, so nothing queues up here: while the
 * teacher or the broker is slow, samples stay in Kafka.
 *
 * <p>A new teacher takes over between two transactions, after its card is in the registry.
 *
 * <p>When Kafka or the registry fails, everything since the last commit is given up, the partitions
 * are paused for a while (the group is told first if another process has taken this slot), and work
 * goes on from the committed offsets with a new producer; a bounded number of times in a row.
 * <i>Owned by the thread that calls it.</i>
 */
final class TeacherStage implements Stage, ConsumerRebalanceListener {
    private static final Logger LOG = LoggerFactory.getLogger(TeacherStage.class);
    private static final Duration LONGEST_POLL = Duration.ofMillis(100);
    private static final long REPORT_MILLIS = 1_000;

    private final TeacherConfig config;
    private final InstantSource waits;
    private final String samples;
    private final RecordCodec codec;
    private final Consumer<byte[], byte[]> consumer;
    private final AnswerTransaction transaction;
    private final Announcement announcement;
    private final Takeover takeover;
    private final Answering answering;
    private final OpenWork open;
    private final StartPositions positions;
    private final TopicWatch topicWatch;
    private final RetryBudget retries;
    private final TeacherMetrics metrics = new TeacherMetrics();
    private final MetricReporter reporter;
    private final WorkMeter meter;
    private final Supplier<Optional<String>> pause;

    private boolean paused;

    /** Whether no sample is taken for now: by order, or because the device rests. */
    private boolean holding;

    private long reportDueMillis;
    private Optional<Instant> resumeAt = Optional.empty();
    private long takenAtMillis;
    private boolean failed;
    private volatile Optional<String> trouble = Optional.empty();
    private volatile TeacherProgress progress = new TeacherProgress(0, 0, 0);
    private volatile boolean hasPartitions;

    private TeacherStage(
            TeacherConfig config,
            Optional<FollowedStudent> student,
            Successors successors,
            TeacherClients clients,
            Supplier<Optional<String>> pause,
            Monitor monitor,
            InstantSource clock) {
        this.pause = pause;
        this.config = config;
        meter = monitor.meter();
        this.waits = new ForwardClock(clock);
        Topics topics = config.cluster().topics();
        samples = config.source().name(Topic.SAMPLES, topics);
        codec = new RecordCodec(config.cluster());
        transaction = new AnswerTransaction(clients.producers());
        answering =
                new Answering(
                        config,
                        Triage.of(config, student, clock, waits),
                        codec,
                        transaction,
                        metrics,
                        clock,
                        waits);
        open =
                new OpenWork(
                        new Passed(samples, topics.samplePartitions()),
                        config.commit().maxSamples(),
                        config.commit().interval());
        retries =
                new RetryBudget(
                        config.retry().attempts(),
                        config.retry().backoff(),
                        config.retry().outagePatience());
        reporter = monitor.reporter("answers", codec);
        topicWatch = clients.watches().get();
        consumer = clients.members().get();
        positions = new StartPositions(consumer, config.start(), open, waits);
        announcement =
                new Announcement(
                        config.teacher().id(),
                        topics,
                        codec,
                        transaction,
                        consumer::groupMetadata,
                        clock,
                        waits);
        takeover = new Takeover(config, successors, announcement, answering, metrics);
        reportDueMillis = waits.millis() + REPORT_MILLIS;
        monitor.health().readyUnless(() -> trouble);
    }

    /**
     * Fences earlier lives of the slot, announces the teacher in the registry, and joins the group.
     *
     * @param first who answers first, warmed up; the stage's from now on. When empty, samples are
     *     skipped until somebody takes over
     * @param successors where teachers that take over come from
     * @param student whose opinion a budget asks for
     * @param pause why no samples may be taken for now; empty when they may
     * @param monitor hears what the stage does
     */
    static TeacherStage open(
            TeacherConfig config,
            Optional<Finding.Ready> first,
            Successors successors,
            Optional<FollowedStudent> student,
            TeacherClients clients,
            Supplier<Optional<String>> pause,
            Monitor monitor,
            InstantSource clock) {
        TeacherStage stage =
                new TeacherStage(config, student, successors, clients, pause, monitor, clock);
        first.ifPresent(ready -> stage.answering.replaceBy(ready.teacher()));
        try {
            stage.transaction.replaceProducer();
            first.ifPresent(
                    ready ->
                            stage.announcement.ifNew(
                                    ready, clients.readers(), config.startupPatience()));
            stage.takeover.sayWhoAnswers("started");
            stage.consumer.subscribe(List.of(stage.samples), stage);
            return stage;
        } catch (RuntimeException notStarted) {
            stage.close();
            throw notStarted;
        }
    }

    @Override
    public String name() {
        return "teacher-" + config.teacher().id() + "-" + config.slot();
    }

    /** Whether the group has given this process partitions at least once; for any thread. */
    boolean hasPartitions() {
        return hasPartitions;
    }

    /** How far this process has come; may be asked from any thread. */
    TeacherProgress progress() {
        return progress;
    }

    @Override
    public int doWork() {
        try {
            return resumeAt.isPresent() ? waitToResume() : turn();
        } catch (InterruptException | AuthenticationException | AuthorizationException fatal) {
            failed = true; // Trying again would not help.
            throw fatal;
        } catch (FencedInstanceIdException taken) {
            failed = true;
            throw TeacherFailures.slotTaken(config, taken);
        } catch (OffsetOutOfRangeException lost) {
            failed = true;
            topicWatch.check();
            throw TeacherFailures.samplesGone(config, lost);
        } catch (KafkaException broken) {
            giveUp(broken);
            return 0;
        } catch (RuntimeException bug) {
            failed = true;
            throw bug;
        }
    }

    private int turn() {
        heedPause();
        if (open.isEmpty()) {
            takeover.atBorder();
        }
        meter.now(holding && !paused ? WorkMeter.Doing.REST : WorkMeter.Doing.WAIT_INPUT);
        ConsumerRecords<byte[], byte[]> records = consumer.poll(untilSomethingIsDue());
        meter.now(WorkMeter.Doing.WORK);
        if (resumeAt.isPresent()) {
            return 0; // Revoking failed during the poll: what it brought will be read again.
        }
        for (ConsumerRecord<byte[], byte[]> record : records) {
            answering.take(record);
            takenAtMillis = record.timestamp();
            open.took(record.partition(), record.offset(), waits.millis());
            if (open.isFull()) {
                commit();
                takeover.atBorder();
            }
        }
        meter.took(records.count());
        long now = waits.millis();
        if (answering.millisUntilDue(now) == 0) {
            answering.score();
        }
        if (now >= reportDueMillis) {
            report(now);
        }
        if (open.millisUntilDue(now) == 0) {
            commit();
        }
        return records.count();
    }

    /**
     * Between two turns nothing is polled that is not taken, so a pause only has to commit what is
     * open. The group is polled on, and keeps its member.
     */
    private void heedPause() {
        boolean ordered = pause.get().isPresent();
        if (ordered && !paused && !open.isEmpty()) {
            commit();
        }
        paused = ordered;
        boolean holds = paused || !answering.rest(waits.instant()).isZero();
        if (holds && !holding) {
            consumer.pause(consumer.assignment());
        } else if (!holds && holding) {
            consumer.resume(consumer.assignment());
        }
        holding = holds;
    }

    private Duration untilSomethingIsDue() {
        long now = waits.millis();
        long due = Math.min(answering.millisUntilDue(now), open.millisUntilDue(now));
        if (holding && !paused) {
            due = Math.min(due, 1 + answering.rest(waits.instant()).toMillis());
        }
        return Duration.ofMillis(Math.min(LONGEST_POLL.toMillis(), due));
    }

    private void report(long now) {
        meter.lag(
                consumer.assignment().stream()
                        .mapToLong(partition -> consumer.currentLag(partition).orElse(0))
                        .sum());
        meter.at(takenAtMillis);
        transaction.send(
                reporter.point(config.teacher().id(), 0, answering.report(), answering.events()));
        if (open.isEmpty()) {
            commit();
        }
        reportDueMillis = now + REPORT_MILLIS;
    }

    /** Makes everything taken so far visible, together with the offsets that it answers. */
    private void commit() {
        answering.answer();
        topicWatch.check();
        meter.now(WorkMeter.Doing.WAIT_OUTPUT);
        transaction.commit(open.offsets(), consumer.groupMetadata());
        meter.now(WorkMeter.Doing.WORK);
        if (!open.isEmpty()) {
            retries.succeeded();
        }
        open.clear();
        metrics.committed();
        answering.committed();
        progress =
                new TeacherProgress(
                        metrics.scoredTotal(), metrics.skippedTotal(), metrics.refusedTotal());
    }

    /** Forgets everything since the last commit. */
    private void drop() {
        transaction.abandon();
        answering.drop();
        open.clear();
        metrics.givenUp();
    }

    private void giveUp(KafkaException broken) {
        drop();
        Optional<Duration> wait = retries.failed(broken, waits.instant());
        if (wait.isEmpty()) {
            failed = true;
            throw TeacherFailures.gaveUp(config, retries.failures(), broken);
        }
        LOG.warn(
                "stage={} event=work_given_up attempt={} waitMillis={} error=\"{}\"",
                name(),
                retries.failures(),
                wait.get().toMillis(),
                broken.toString());
        consumer.pause(consumer.assignment());
        resumeAt = Optional.of(waits.instant().plus(wait.get()));
        trouble = Optional.of("it tries again after a failure: " + broken.getMessage());
    }

    /** One turn of waiting: the group is kept informed, and says if the slot was taken over. */
    private int waitToResume() {
        meter.now(WorkMeter.Doing.WAIT_INPUT);
        consumer.poll(LONGEST_POLL);
        if (waits.instant().isBefore(resumeAt.orElseThrow())) {
            return 0;
        }
        transaction.replaceProducer();
        Set<TopicPartition> assigned = consumer.assignment();
        positions.seek(assigned);
        if (!holding) {
            consumer.resume(assigned);
        }
        resumeAt = Optional.empty();
        trouble = Optional.empty();
        return 0;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        // Should the committed offsets not be told, polling must still be harmless.
        consumer.pause(partitions);
        partitions.forEach(partition -> consumer.seek(partition, 0));
        if (resumeAt.isEmpty()) {
            positions.seek(Set.copyOf(partitions));
            if (!holding) {
                consumer.resume(partitions);
            }
        }
        hasPartitions |= !partitions.isEmpty();
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        if (resumeAt.isPresent() || open.isEmpty()) {
            return;
        }
        try {
            commit();
        } catch (KafkaException broken) {
            giveUp(broken);
        }
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        if (resumeAt.isEmpty()) {
            drop();
            transaction.replaceProducer();
        }
    }

    @Override
    public void close() {
        try {
            if (!failed && resumeAt.isEmpty() && !open.isEmpty()) {
                commit();
            }
            drop();
            consumer.close(
                    CloseOptions.timeout(config.stopPatience())
                            .withGroupMembershipOperation(
                                    CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        } catch (KafkaException | TopicRecreatedException broken) {
            LOG.warn("stage={} event=not_closed_cleanly error=\"{}\"", name(), broken.toString());
            drop();
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        } finally {
            topicWatch.close();
            codec.close();
            answering.close();
            takeover.close();
        }
    }
}
