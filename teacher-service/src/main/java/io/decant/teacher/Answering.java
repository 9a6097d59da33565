package io.decant.teacher;

import io.decant.model.teacher.TeacherModel;
import io.decant.pipeline.deadletter.DeadLetters;
import io.decant.pipeline.failpoint.FailPoint;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.source.SourceRecord;
import io.decant.pipeline.source.Sources;
import io.decant.records.DeadLetterReason;
import io.decant.records.SoftTarget;
import io.decant.teacher.answer.AnswerWriter;
import io.decant.teacher.answer.HintWriter;
import io.decant.teacher.answer.Question;
import io.decant.teacher.answer.Smoothing;
import io.decant.teacher.batch.BatchCollector;
import io.decant.teacher.commit.AnswerTransaction;
import io.decant.teacher.metrics.TeacherMetrics;
import io.decant.teacher.sample.SampleCheck;
import io.decant.teacher.sample.Verdict;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a sample: a row of the open batch and then an answer, or a dead letter; both go
 * into the transaction. Each answer carries the version of the teacher that scored it, because the
 * teacher changes only while no batch is open. <i>Owned by the stage's thread.</i>
 */
final class Answering implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Answering.class);

    private final TeacherConfig config;
    private final Topics topics;
    private final RecordCodec codec;
    private final AnswerTransaction transaction;
    private final TeacherMetrics metrics;
    private final InstantSource clock;
    private final InstantSource waits;
    private final Sources sources;
    private final DeadLetters deadLetters;
    private final BatchCollector<Question> batch;

    private TeacherModel model;
    private SampleCheck check;
    private AnswerWriter writer;
    private HintWriter hints;
    private float[] logits;

    /**
     * Nothing to answer yet.
     *
     * @param model warmed up; this object's from now on
     * @param clock tells the time of day
     * @param waits measures waits; never goes back
     */
    Answering(
            TeacherConfig config,
            TeacherModel model,
            RecordCodec codec,
            AnswerTransaction transaction,
            TeacherMetrics metrics,
            InstantSource clock,
            InstantSource waits) {
        this.config = config;
        this.topics = config.cluster().topics();
        this.codec = codec;
        this.transaction = transaction;
        this.metrics = metrics;
        this.clock = clock;
        this.waits = waits;
        sources = new Sources(config.source(), config.cluster(), codec);
        deadLetters = new DeadLetters("teacher", topics, codec, clock);
        batch = new BatchCollector<>(config.batch().size(), config.batch().linger().toMillis());
        use(model);
    }

    private void use(TeacherModel teacher) {
        model = teacher;
        check = new SampleCheck(teacher.inputSpec());
        writer =
                new AnswerWriter(
                        config.teacher().id(),
                        teacher.version(),
                        teacher.classCount(),
                        config.temperature(),
                        config.answers());
        hints = new HintWriter(teacher);
        logits = new float[teacher.classCount()];
        Smoothing.doubt(teacher.facts(), config.temperature())
                .ifPresent(
                        doubt ->
                                LOG.warn(
                                        "service=teacher event=smoothed_teacher teacher={} reason=\"{}\"",
                                        config.teacher().id(),
                                        doubt));
    }

    /**
     * Another teacher answers from now on; the one before is closed.
     *
     * @param next takes the same features; this object's from now on
     */
    void replaceBy(TeacherModel next) {
        if (!batch.isEmpty()) {
            throw new IllegalStateException(
                    "an open batch must be answered by the teacher that has its rows");
        }
        TeacherModel before = model;
        use(next);
        before.close();
    }

    /** The teacher that answers. */
    TeacherModel model() {
        return model;
    }

    /** Takes a record from the samples topic; a full batch is answered at once. */
    void take(ConsumerRecord<byte[], byte[]> record) {
        Verdict verdict = check.judge(sources.sample(SourceRecord.of(record)));
        if (verdict instanceof Verdict.Fit fit) {
            int row = batch.add(new Question(record, fit.sample(), fit.features()), waits.millis());
            model.input(row, fit.features(), 0);
        } else if (verdict instanceof Verdict.Refused refused) {
            refuse(record, refused.reason(), refused.detail());
        }
        if (batch.isFull()) {
            answer();
        }
    }

    /** How long the open batch may still wait; 0 = due, {@link Long#MAX_VALUE} = none is open. */
    long millisUntilDue(long nowMillis) {
        return batch.millisUntilDue(nowMillis);
    }

    /** Scores the open batch, if there is one, and adds its answers to the transaction. */
    void answer() {
        List<Question> questions = batch.members();
        if (questions.isEmpty()) {
            return;
        }
        Instant before = waits.instant();
        model.score(questions.size());
        Instant after = waits.instant();
        FailPoint.TEACHER_BEFORE_SEND.reach();
        metrics.batch(questions.size(), Duration.between(before, after).toNanos());
        long now = clock.millis();
        for (int row = 0; row < questions.size(); row++) {
            answer(questions.get(row), row, now);
        }
        batch.clear();
    }

    private void answer(Question question, int row, long nowMillis) {
        ConsumerRecord<byte[], byte[]> origin = question.origin();
        model.logits(row, logits);
        if (!AnswerWriter.isAnswer(logits)) {
            refuse(
                    origin,
                    DeadLetterReason.NOT_FINITE,
                    "the teacher's logits for these features are NaN or infinite; expected finite numbers");
            return;
        }
        SoftTarget answer;
        try {
            answer = writer.write(question, logits, hints.hints(row));
        } catch (IllegalArgumentException unwritable) {
            refuse(
                    origin,
                    DeadLetterReason.INVALID_VALUE,
                    "the teacher's answer cannot be written: " + unwritable.getMessage());
            return;
        }
        transaction.send(
                new ProducerRecord<>(
                        topics.name(Topic.SOFT_TARGETS),
                        origin.partition(),
                        question.key(),
                        codec.encode(Topic.SOFT_TARGETS, answer)));
        metrics.scored(nowMillis - origin.timestamp());
    }

    private void refuse(
            ConsumerRecord<byte[], byte[]> record, DeadLetterReason reason, String detail) {
        transaction.send(deadLetters.letter(record, reason, detail));
        metrics.refused(reason);
    }

    /** Forgets the open batch; its samples will be read again. */
    void drop() {
        batch.clear();
    }

    @Override
    public void close() {
        model.close();
    }
}
