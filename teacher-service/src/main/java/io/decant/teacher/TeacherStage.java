package io.decant.teacher;

import io.decant.model.teacher.TeacherModel;
import io.decant.pipeline.deadletter.DeadLetters;
import io.decant.pipeline.failpoint.FailPoint;
import io.decant.pipeline.metrics.MetricReporter;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.stage.Stage;
import io.decant.records.DeadLetterReason;
import io.decant.records.Sample;
import io.decant.records.SoftTarget;
import io.decant.records.TeacherCard;
import io.decant.teacher.answer.AnswerWriter;
import io.decant.teacher.answer.Question;
import io.decant.teacher.batch.BatchCollector;
import io.decant.teacher.card.TeacherCards;
import io.decant.teacher.commit.AnswerTransaction;
import io.decant.teacher.commit.Passed;
import io.decant.teacher.commit.RetryBudget;
import io.decant.teacher.metrics.TeacherMetrics;
import io.decant.teacher.sample.SampleCheck;
import io.decant.teacher.sample.Verdict;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.ProducerRecord;
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
    private final InstantSource clock;
    private final String samples;
    private final String softTargets;
    private final TeacherModel model;
    private final RecordCodec codec;
    private final Consumer<byte[], byte[]> consumer;
    private final AnswerTransaction transaction;
    private final SampleCheck check;
    private final BatchCollector<Question> batch;
    private final AnswerWriter writer;
    private final float[] logits;
    private final DeadLetters deadLetters;
    private final Passed passed;
    private final RetryBudget retries;
    private final TeacherMetrics metrics;
    private final MetricReporter reporter;

    private int openSamples;
    private long openSinceMillis;
    private long reportDueMillis;
    private Optional<Instant> resumeAt = Optional.empty();
    private boolean failed;
    private volatile TeacherProgress progress = new TeacherProgress(0, 0);
    private volatile boolean hasPartitions;

    private TeacherStage(
            TeacherConfig config, TeacherModel model, TeacherClients clients, InstantSource clock) {
        this.config = config;
        this.clock = clock;
        this.model = model;
        Topics topics = config.cluster().topics();
        String id = config.teacher().id();
        samples = topics.name(Topic.SAMPLES);
        softTargets = topics.name(Topic.SOFT_TARGETS);
        codec = new RecordCodec(config.cluster());
        check = new SampleCheck(topics, model.inputSpec());
        batch = new BatchCollector<>(config.batch().size(), config.batch().linger().toMillis());
        writer =
                new AnswerWriter(
                        id,
                        model.version(),
                        model.classCount(),
                        config.temperature(),
                        config.answers());
        logits = new float[model.classCount()];
        deadLetters = new DeadLetters("teacher", topics, codec, clock);
        passed = new Passed(samples, topics.samplePartitions());
        retries = new RetryBudget(config.retry().attempts(), config.retry().backoff());
        metrics = new TeacherMetrics();
        reporter = new MetricReporter("teacher", topics, codec, clock);
        consumer = clients.members().get();
        transaction = new AnswerTransaction(clients.producers());
        reportDueMillis = clock.millis() + REPORT_MILLIS;
    }

    /**
     * Fences earlier lives of the slot, announces the teacher in the registry, and joins the group.
     *
     * @param model warmed up; the stage's from now on
     */
    static TeacherStage open(
            TeacherConfig config,
            TeacherModel model,
            long fileBytes,
            TeacherClients clients,
            InstantSource clock) {
        TeacherStage stage = new TeacherStage(config, model, clients, clock);
        try {
            stage.transaction.replaceProducer();
            stage.announce(fileBytes, clients);
            stage.consumer.subscribe(List.of(stage.samples), stage);
            return stage;
        } catch (RuntimeException notStarted) {
            stage.close();
            throw notStarted;
        }
    }

    private void announce(long fileBytes, TeacherClients clients) {
        TeacherCards cards = new TeacherCards(config.cluster().topics(), codec);
        TeacherCard card =
                TeacherCards.describe(config.teacher().id(), model, fileBytes, clock.millis());
        Optional<TeacherCard> known;
        try (Consumer<byte[], byte[]> reader = clients.readers().get()) {
            known = cards.newest(config.teacher().id(), reader, clock, config.startupPatience());
        }
        if (known.filter(old -> TeacherCards.sameTeacher(old, card)).isEmpty()) {
            transaction.send(cards.record(card));
            transaction.commit(Map.of(), consumer.groupMetadata());
        }
        LOG.info(
                "stage={} event=started teacher={} version={} classes={} encoding={} slot={}",
                name(),
                config.teacher().id(),
                model.id(),
                model.classCount(),
                config.encoding().encoding(model.classCount()),
                config.slot());
    }

    @Override
    public String name() {
        return "teacher-" + config.teacher().id() + "-" + config.slot();
    }

    /** How far this process has come; may be asked from any thread. */
    /** Whether the group has given this process partitions at least once. */
    boolean hasPartitions() {
        return hasPartitions;
    }

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
            throw new IllegalStateException(
                    "slot "
                            + config.slot()
                            + " of teacher "
                            + config.teacher().id()
                            + " was taken over by another process; give each process its own slot",
                    taken);
        } catch (OffsetOutOfRangeException lost) {
            failed = true;
            throw new IllegalStateException(
                    "samples were removed before group "
                            + config.group()
                            + " read them, at "
                            + lost.offsetOutOfRangePartitions()
                            + "; raise the topic's retention, then move the group's offsets on with kafka-consumer-groups --reset-offsets",
                    lost);
        } catch (KafkaException broken) {
            giveUp(broken);
            return 0;
        } catch (RuntimeException bug) {
            failed = true;
            throw bug;
        }
    }

    private int turn() {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(untilSomethingIsDue());
        if (resumeAt.isPresent()) {
            return 0; // Revoking failed during the poll: what it brought will be read again.
        }
        for (ConsumerRecord<byte[], byte[]> record : records) {
            take(record);
            if (openSamples >= config.commit().maxSamples()) {
                commit();
            }
        }
        long now = clock.millis();
        if (batch.isDue(now)) {
            answer();
        }
        if (now >= reportDueMillis) {
            report(now);
        }
        if (millisUntilCommit(now) == 0) {
            commit();
        }
        return records.count();
    }

    private Duration untilSomethingIsDue() {
        long now = clock.millis();
        long millis =
                Math.min(
                        LONGEST_POLL.toMillis(),
                        Math.min(batch.millisUntilDue(now), millisUntilCommit(now)));
        return Duration.ofMillis(millis);
    }

    private long millisUntilCommit(long now) {
        if (passed.isEmpty()) {
            return Long.MAX_VALUE;
        }
        long open = now - openSinceMillis;
        return open < 0 ? 0 : Math.max(0, config.commit().interval().toMillis() - open);
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        Verdict verdict =
                check.judge(
                        record.key(),
                        record.partition(),
                        codec.decode(Topic.SAMPLES, record.value(), Sample.class));
        if (passed.isEmpty()) {
            openSinceMillis = clock.millis();
        }
        if (verdict instanceof Verdict.Fit fit) {
            int row = batch.add(new Question(record, fit.sample(), fit.features()), clock.millis());
            model.input(row, fit.features(), 0);
        } else if (verdict instanceof Verdict.Refused refused) {
            refuse(record, refused.reason(), refused.detail());
        }
        passed.record(record.partition(), record.offset());
        openSamples++;
        if (batch.isFull()) {
            answer();
        }
    }

    /** Scores the open batch and adds its answers to the transaction. */
    private void answer() {
        List<Question> questions = batch.members();
        if (questions.isEmpty()) {
            return;
        }
        Instant before = clock.instant();
        model.score(questions.size());
        Instant after = clock.instant();
        FailPoint.TEACHER_BEFORE_SEND.reach();
        metrics.batch(questions.size(), Duration.between(before, after).toNanos());
        long now = after.toEpochMilli();
        for (int row = 0; row < questions.size(); row++) {
            Question question = questions.get(row);
            model.logits(row, logits);
            if (AnswerWriter.isAnswer(logits)) {
                send(question, now);
            } else {
                refuse(
                        question.origin(),
                        DeadLetterReason.NOT_FINITE,
                        "the teacher's logits for these features are NaN or infinite; expected finite numbers");
            }
        }
        batch.clear();
    }

    private void send(Question question, long now) {
        SoftTarget answer;
        try {
            answer = writer.write(question, logits);
        } catch (IllegalArgumentException unwritable) {
            refuse(
                    question.origin(),
                    DeadLetterReason.INVALID_VALUE,
                    "the teacher's answer cannot be written: " + unwritable.getMessage());
            return;
        }
        transaction.send(
                new ProducerRecord<>(
                        softTargets,
                        question.origin().partition(),
                        question.origin().key(),
                        codec.encode(Topic.SOFT_TARGETS, answer)));
        metrics.scored(now - question.origin().timestamp());
    }

    private void refuse(
            ConsumerRecord<byte[], byte[]> record, DeadLetterReason reason, String detail) {
        transaction.send(deadLetters.letter(record, reason, detail));
        metrics.refused(reason);
    }

    private void report(long now) {
        transaction.send(reporter.point(config.teacher().id(), 0, metrics.report()));
        if (passed.isEmpty()) {
            commit();
        }
        reportDueMillis = now + REPORT_MILLIS;
    }

    /** Makes everything taken so far visible, together with the offsets that it answers. */
    private void commit() {
        answer();
        transaction.commit(passed.offsets(), consumer.groupMetadata());
        if (!passed.isEmpty()) {
            retries.succeeded();
        }
        passed.clear();
        openSamples = 0;
        metrics.committed();
        progress = new TeacherProgress(metrics.scoredTotal(), metrics.refusedTotal());
    }

    /** Forgets everything since the last commit. */
    private void drop() {
        transaction.abandon();
        batch.clear();
        passed.clear();
        openSamples = 0;
        metrics.givenUp();
    }

    private void giveUp(KafkaException broken) {
        drop();
        Duration wait =
                retries.failed()
                        .orElseThrow(
                                () -> {
                                    failed = true;
                                    return new KafkaException(
                                            "teacher "
                                                    + config.teacher().id()
                                                    + " failed "
                                                    + retries.failures()
                                                    + " times without a commit in between, the last time with: "
                                                    + broken.getMessage()
                                                    + "; check the broker and the registry, then start it again",
                                            broken);
                                });
        LOG.warn(
                "stage={} event=work_given_up attempt={} waitMillis={} error=\"{}\"",
                name(),
                retries.failures(),
                wait.toMillis(),
                broken.toString());
        consumer.pause(consumer.assignment());
        resumeAt = Optional.of(clock.instant().plus(wait));
    }

    /** One turn of waiting: the group is kept informed, and says if the slot was taken over. */
    private int waitToResume() {
        consumer.poll(LONGEST_POLL);
        if (clock.instant().isBefore(resumeAt.orElseThrow())) {
            return 0;
        }
        transaction.replaceProducer();
        Set<TopicPartition> assigned = consumer.assignment();
        goToCommitted(assigned);
        consumer.resume(assigned);
        resumeAt = Optional.empty();
        return 0;
    }

    private void goToCommitted(Set<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(partitions);
        Set<TopicPartition> fresh = new HashSet<>();
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata offset = committed.get(partition);
            if (offset == null) {
                fresh.add(partition);
            } else {
                consumer.seek(partition, offset);
            }
        }
        if (!fresh.isEmpty()) {
            begin(fresh);
        }
    }

    /** The group's first time in these partitions; it is committed, so that it stays the first. */
    private void begin(Set<TopicPartition> fresh) {
        Map<TopicPartition, Long> starts =
                config.start() == TeacherConfig.StartPosition.EARLIEST
                        ? consumer.beginningOffsets(fresh)
                        : consumer.endOffsets(fresh);
        if (passed.isEmpty()) {
            openSinceMillis = clock.millis();
        }
        starts.forEach(
                (partition, offset) -> {
                    consumer.seek(partition, offset);
                    passed.resumeAt(partition.partition(), offset);
                });
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        // Should the committed offsets not be told, polling must still be harmless.
        consumer.pause(partitions);
        partitions.forEach(partition -> consumer.seek(partition, 0));
        if (resumeAt.isEmpty()) {
            goToCommitted(Set.copyOf(partitions));
            consumer.resume(partitions);
        }
        hasPartitions |= !partitions.isEmpty();
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        if (resumeAt.isPresent() || passed.isEmpty()) {
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
            if (!failed && resumeAt.isEmpty() && !passed.isEmpty()) {
                commit();
            }
            drop();
            consumer.close(
                    CloseOptions.timeout(config.stopPatience())
                            .withGroupMembershipOperation(
                                    CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        } catch (KafkaException broken) {
            LOG.warn("stage={} event=not_closed_cleanly error=\"{}\"", name(), broken.toString());
            drop();
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        } finally {
            codec.close();
            model.close();
        }
    }
}
