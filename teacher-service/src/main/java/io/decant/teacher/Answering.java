package io.decant.teacher;

import io.decant.model.number.Greatest;
import io.decant.model.teacher.Teacher;
import io.decant.pipeline.deadletter.DeadLetters;
import io.decant.pipeline.failpoint.FailPoint;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.source.SourceRecord;
import io.decant.pipeline.source.SourceShare;
import io.decant.pipeline.source.Sources;
import io.decant.pipeline.trace.Traces;
import io.decant.records.DeadLetterReason;
import io.decant.records.Event;
import io.decant.records.SoftTarget;
import io.decant.teacher.answer.AnswerWriter;
import io.decant.teacher.answer.HintWriter;
import io.decant.teacher.answer.Question;
import io.decant.teacher.answer.SkipWriter;
import io.decant.teacher.answer.Smoothing;
import io.decant.teacher.batch.BatchCollector;
import io.decant.teacher.batch.DeviceShare;
import io.decant.teacher.budget.Choice;
import io.decant.teacher.commit.AnswerTransaction;
import io.decant.teacher.metrics.TeacherMetrics;
import io.decant.teacher.reload.TeacherFit;
import io.decant.teacher.sample.SampleCheck;
import io.decant.teacher.sample.Verdict;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a sample: a row of the open batch and then an answer, or a record that it is
 * skipped, or a dead letter; all go into the transaction. Each answer carries the version of the
 * teacher that scored it, because the teacher changes only while no batch is open. <i>Owned by the
 * stage's thread.</i>
 */
final class Answering implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Answering.class);
    private static final AttributeKey<String> TEACHER = AttributeKey.stringKey("decant.teacher");

    private final TeacherConfig config;
    private final Topics topics;
    private final RecordCodec codec;
    private final AnswerTransaction transaction;
    private final TeacherMetrics metrics;
    private final InstantSource clock;
    private final InstantSource waits;
    private final Sources sources;
    private final SourceShare taken;
    private final DeviceShare device;
    private final DeadLetters deadLetters;
    private final Optional<Triage> triage;
    private final BatchCollector<Question> batch;

    /** For each row of the batch, the student's class, or that there is none to compare with. */
    private final int[] studentClasses;

    private final Traces traces;

    private Optional<Teacher> teacher = Optional.empty();
    private SampleCheck check;
    private SkipWriter skips;
    private AnswerWriter writer;
    private HintWriter hints;
    private float[] logits = {};

    /**
     * Nothing to answer yet, and nobody who could: samples are skipped until {@link #replaceBy}.
     *
     * @param triage chooses about which samples the teacher is asked; empty = about all
     * @param clock tells the time of day
     * @param waits measures waits; never goes back
     */
    Answering(
            TeacherConfig config,
            Optional<Triage> triage,
            RecordCodec codec,
            AnswerTransaction transaction,
            TeacherMetrics metrics,
            InstantSource clock,
            InstantSource waits) {
        this.config = config;
        this.topics = config.cluster().topics();
        this.triage = triage;
        this.codec = codec;
        this.transaction = transaction;
        this.metrics = metrics;
        this.clock = clock;
        this.waits = waits;
        traces = Traces.of("teacher", config.tracing());
        sources = new Sources(config.source(), config.cluster(), codec);
        taken = config.source().taken();
        device = new DeviceShare(config.deviceShare());
        deadLetters = new DeadLetters("teacher", topics, codec, clock);
        batch = new BatchCollector<>(config.batch().size(), config.batch().linger().toMillis());
        studentClasses = new int[config.batch().size()];
        check = config.teacher().input().spec().map(SampleCheck::new).orElseGet(SampleCheck::new);
        skips = new SkipWriter(config.teacher().id());
    }

    /**
     * A teacher answers from now on; the one before, if there was one, is closed.
     *
     * @param next warmed up; this object's from now on
     */
    void replaceBy(Teacher next) {
        if (!batch.isEmpty() || triage.filter(window -> !window.isEmpty()).isPresent()) {
            throw new IllegalStateException(
                    "an open batch must be answered by the teacher that has its rows");
        }
        Optional<Teacher> before = teacher;
        teacher = Optional.of(next);
        check = new SampleCheck(next.inputSpec());
        writer =
                new AnswerWriter(
                        config.teacher().id(),
                        next.version(),
                        next.classCount(),
                        config.temperature(),
                        config.answers());
        skips = new SkipWriter(config.teacher().id(), next.version());
        hints = new HintWriter(next);
        logits = new float[next.classCount()];
        Smoothing.doubt(next.facts())
                .ifPresent(
                        doubt ->
                                LOG.warn(
                                        "service=teacher event=smoothed_teacher teacher={} reason=\"{}\"",
                                        config.teacher().id(),
                                        doubt));
        before.ifPresent(Teacher::close);
    }

    /** The teacher that answers; empty while the followed model has no version. */
    Optional<Teacher> teacher() {
        return teacher;
    }

    /** Takes a record from the samples topic; a full batch is answered at once. */
    void take(ConsumerRecord<byte[], byte[]> record) {
        Verdict verdict = check.judge(sources.sample(SourceRecord.of(record)));
        if (verdict instanceof Verdict.Fit fit && !taken.takes(fit.sample().getSampleId())) {
            metrics.skipped(Choice.NOT_TAKEN);
        } else if (verdict instanceof Verdict.Fit fit) {
            take(new Question(record, fit.sample(), fit.features()));
        } else if (verdict instanceof Verdict.Refused refused) {
            refuse(record, refused.reason(), refused.detail());
        }
    }

    private void take(Question question) {
        if (teacher.isEmpty()) {
            // Waiting would be for ever where the model is taught by these very samples.
            skip(question, Choice.NO_TEACHER);
        } else if (triage.isEmpty()) {
            ask(question, Triage.NO_OPINION);
        } else if (triage.get().add(question)) {
            decide(triage.get());
        }
    }

    private void decide(Triage window) {
        teacher.map(TeacherFit::of).ifPresent(fit -> window.decide(fit, this::decided));
    }

    private void decided(Question question, Choice choice, int studentClass) {
        if (choice.asks()) {
            ask(question, studentClass);
        } else {
            skip(question, choice);
        }
    }

    private void ask(Question question, int studentClass) {
        int row = batch.add(question, waits.millis());
        studentClasses[row] = studentClass;
        teacher.orElseThrow().input(row, question.features(), 0);
        if (batch.isFull()) {
            score();
        }
    }

    /** How long no sample should be taken, so that others have the device; zero for none. */
    Duration rest(Instant now) {
        return device.rest(now);
    }

    /** How long the open batch may still wait; 0 = due, {@link Long#MAX_VALUE} = none is open. */
    long millisUntilDue(long nowMillis) {
        return batch.millisUntilDue(nowMillis);
    }

    /** Decides and scores everything taken so far, and adds what comes of it to the transaction. */
    void answer() {
        triage.ifPresent(this::decide);
        score();
    }

    /** Scores the open batch, if there is one, and adds its answers to the transaction. */
    void score() {
        List<Question> questions = batch.members();
        if (questions.isEmpty()) {
            return;
        }
        Instant before = waits.instant();
        teacher.orElseThrow().score(questions.size());
        Instant after = waits.instant();
        FailPoint.TEACHER_BEFORE_SEND.reach();
        metrics.batch(questions.size(), Duration.between(before, after).toNanos());
        device.worked(before, after);
        long now = clock.millis();
        for (int row = 0; row < questions.size(); row++) {
            answer(questions.get(row), row, now);
        }
        batch.clear();
    }

    private void answer(Question question, int row, long nowMillis) {
        ConsumerRecord<byte[], byte[]> origin = question.origin();
        teacher.orElseThrow().logits(row, logits);
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
        send(question, answer);
        metrics.scored(nowMillis - origin.timestamp());
        if (studentClasses[row] != Triage.NO_OPINION) {
            boolean same = studentClasses[row] == Greatest.of(logits);
            triage.orElseThrow().compared(same);
        }
    }

    private void skip(Question question, Choice choice) {
        send(question, skips.write(question, choice.reason()));
        metrics.skipped(choice);
    }

    private void send(Question question, SoftTarget target) {
        transaction.send(
                new ProducerRecord<>(
                        topics.name(Topic.SOFT_TARGETS),
                        question.origin().partition(),
                        question.key(),
                        codec.encode(Topic.SOFT_TARGETS, target),
                        traces.next(
                                question.origin().headers(),
                                "teacher.answer",
                                question.origin().timestamp(),
                                clock.instant(),
                                Attributes.of(TEACHER, config.teacher().id()))));
    }

    private void refuse(
            ConsumerRecord<byte[], byte[]> record, DeadLetterReason reason, String detail) {
        transaction.send(deadLetters.letter(record, reason, detail));
        metrics.refused(reason);
    }

    /** The values of one report; means and maxima begin anew. */
    Map<String, Double> report() {
        Map<String, Double> values = metrics.report();
        triage.ifPresent(window -> window.report(values));
        return values;
    }

    /** What happened and no report tells yet. */
    List<Event> events() {
        return triage.map(Triage::events).orElse(List.of());
    }

    /** The transaction that holds what was answered is committed. */
    void committed() {
        triage.ifPresent(Triage::committed);
    }

    /** Forgets what is open and not committed; its samples will be read again. */
    void drop() {
        batch.clear();
        triage.ifPresent(Triage::givenUp);
    }

    @Override
    public void close() {
        teacher.ifPresent(Teacher::close);
        traces.close();
    }
}
