package io.decant.trainer;

import io.decant.model.torch.Torch;
import io.decant.pipeline.deadletter.DeadLetters;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.TrainingPair;
import io.decant.topics.Topic;
import io.decant.trainer.journal.JournalReader;
import io.decant.trainer.journal.LogEnds;
import io.decant.trainer.journal.PairCheck;
import io.decant.trainer.learn.Learner;
import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.learn.Pair;
import io.decant.trainer.learn.PredictionListener;
import io.decant.trainer.learn.SpanTracker;
import io.decant.trainer.lease.Term;
import io.decant.trainer.publish.Checkpoint;
import io.decant.trainer.publish.CheckpointPolicy;
import io.decant.trainer.publish.CheckpointPublisher;
import io.decant.trainer.publish.Provenance;
import io.decant.trainer.publish.Published;
import io.decant.trainer.publish.Retention;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stretch of training between getting the lease and losing it: learns the journal from the last
 * committed state on, and publishes. Whatever goes wrong, its memory is thrown away and the next
 * tenure starts from what is committed. <i>Owned by the trainer's stage thread.</i>
 */
final class Tenure implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tenure.class);

    private final TrainerConfig config;
    private final InstantSource clock;
    private final Admin admin;
    private final RecordCodec codec;
    private final JournalReader journal;
    private final String journalTopicId;
    private final DeadLetters deadLetters;
    private final CheckpointPolicy policy;
    private final Map<String, String> bits;
    private final Linger linger;
    private final Learner learner;
    private final PairCheck check;
    private final SpanTracker spans;
    private final CheckpointPublisher publisher;
    private final UnderWay underWay = new UnderWay();

    /** What the next version has collected. */
    private final List<ProducerRecord<byte[], byte[]>> letters = new ArrayList<>();

    private final Set<String> teacherIds = new TreeSet<>();
    private Optional<Instant> pendingSince = Optional.empty();

    private long version;
    private Optional<Published> lastPublished = Optional.empty();
    private boolean teacherJudged;

    /** Starts with what was taken over, which then belongs to the tenure. */
    Tenure(TrainerConfig config, InstantSource clock, PredictionListener listener, Takeover start) {
        this.config = config;
        this.clock = clock;
        admin = start.admin();
        codec = start.codec();
        journal = start.journal();
        journalTopicId = start.topicIds().get(Topic.TRAINING_PAIRS);
        deadLetters = new DeadLetters("trainer", config.cluster().topics(), codec, clock);
        policy = config.policy();
        bits = config.bits();
        linger = new Linger(config.batch().linger());
        Optional<LearnerState> state = start.known().state();
        version = state.map(known -> known.header().version()).orElse(0L);
        learner =
                state.map(known -> Learner.restore(config.learning(), known, listener))
                        .orElseGet(() -> Learner.genesis(config.learning(), listener));
        check = new PairCheck(config.spec(), learner.seed());
        spans = new SpanTracker(start.offsets());
        String model = config.model().name();
        publisher =
                new CheckpointPublisher(
                        model,
                        config.cluster(),
                        new Provenance(
                                start.topicIds(),
                                Torch.engineDescription(),
                                Torch.cpuCapability(),
                                learner.seed()),
                        start.producer(),
                        new Retention(
                                config.publish().keep(),
                                config.publish().removals(),
                                start.known().versions()),
                        clock);
        LOG.info("model={} event=leading version={} offsets={}", model, version, start.offsets());
    }

    /**
     * One turn: at most one poll, its learning, and at most one publish.
     *
     * @param term of the lease, that runs now
     * @return records taken in and versions committed
     */
    int doWork(Term term) {
        int done = 0;
        for (var published = underWay.committed();
                published.isPresent();
                published = underWay.committed()) {
            lastPublished = published;
            done++;
        }
        if (underWay.isFull()) {
            // Back-pressure: nothing is read until a publish is through.
            underWay.await(config.journal().pollWait());
            return done;
        }
        for (ConsumerRecord<byte[], byte[]> record : journal.poll(pollWait(clock.instant()))) {
            take(record);
            done++;
        }
        Instant now = clock.instant();
        if (linger.isOver(learner.hasOpen(), learner.counters().steps(), now)) {
            // Time chooses this border; lineage records it.
            learner.learnOpen();
            spans.border();
        }
        if (pendingSince.isEmpty() && spans.records() > 0) {
            pendingSince = Optional.of(now);
        }
        if (policy.isDue(
                new CheckpointPolicy.Pending(
                        spans.records(), spans.entries(), letters.size(), pendingAge(now)))) {
            publish(false, term);
        }
        return done;
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        spans.delivered(record.partition(), record.offset(), record.key(), record.value());
        Decoded<Pair> decoded = decode(record.value());
        if (decoded instanceof Decoded.Good<Pair> good) {
            if (!good.value().teacherId().isEmpty()) {
                teacherIds.add(good.value().teacherId());
            }
            learner.take(good.value());
        } else if (decoded instanceof Decoded.Bad<Pair> bad) {
            letters.add(deadLetters.letter(record, bad.reason(), bad.detail()));
            learner.refuse();
        }
    }

    private Decoded<Pair> decode(byte[] value) {
        Decoded<TrainingPair> decoded =
                codec.decode(Topic.TRAINING_PAIRS, value, TrainingPair.class);
        if (decoded instanceof Decoded.Bad<TrainingPair> bad) {
            return new Decoded.Bad<>(bad.reason(), bad.detail());
        }
        return check.check(((Decoded.Good<TrainingPair>) decoded).value());
    }

    private void publish(boolean finished, Term term) {
        if (learner.hasOpen()) {
            learner.learnOpen();
            spans.border();
        }
        if (finished) {
            learner.learnRest();
        }
        judgeTeacher();
        version++;
        LearnerState state =
                learner.snapshot(
                        new LearnerState.Header(
                                config.model().name(),
                                version,
                                journalTopicId,
                                spans.nextOffsets(),
                                bits));
        Map<String, Double> metrics =
                TrainerMetrics.of(
                        learner.counters(),
                        learner.prequential(),
                        learner.lastLoss(),
                        journal.lag(),
                        lastPublished.map(Published::millis).orElse(0L));
        underWay.add(
                publisher.publish(
                        new Checkpoint(
                                state,
                                spans.endVersion(),
                                learner.counters().watermarkMillis(),
                                teacherIds,
                                metrics,
                                letters,
                                finished,
                                term)));
        letters.clear();
        teacherIds.clear();
        pendingSince = Optional.empty();
    }

    private void judgeTeacher() {
        if (!teacherJudged && learner.prequential().teacher().scored() >= TeacherDoubt.ENOUGH) {
            teacherJudged = true;
            TeacherDoubt.about(learner.prequential().teacher(), config.spec().classCount())
                    .ifPresent(
                            doubt ->
                                    LOG.warn(
                                            "model={} event=teacher_near_chance {}",
                                            config.model().name(),
                                            doubt));
        }
    }

    /** Where the journal ends now, open transactions included: what a finite stream must reach. */
    List<Long> journalEnd() {
        Map<TopicPartition, Long> ends =
                LogEnds.of(admin, journal.partitions(), config.recovery().patience());
        return journal.partitions().stream().map(ends::get).toList();
    }

    /**
     * Publishes the last version of a finite stream once everything before the given offsets is
     * taken in.
     *
     * @return the version's number, or empty as long as something is missing
     */
    Optional<Long> finishAt(List<Long> end, Term term) {
        List<Long> positions = journal.positions();
        for (int partition = 0; partition < end.size(); partition++) {
            if (positions.get(partition) < end.get(partition)) {
                return Optional.empty();
            }
        }
        if (underWay.isFull()) {
            return Optional.empty();
        }
        publish(true, term);
        return Optional.of(version);
    }

    /** Short enough that neither a batch nor a version waits for the poll. */
    private Duration pollWait(Instant now) {
        Duration wait = config.journal().pollWait();
        wait = shorter(wait, linger.left(now).orElse(wait));
        return pendingSince.isEmpty()
                ? wait
                : shorter(wait, policy.interval().minus(pendingAge(now)));
    }

    private Duration pendingAge(Instant now) {
        return pendingSince.map(since -> Duration.between(since, now)).orElse(Duration.ZERO);
    }

    private static Duration shorter(Duration one, Duration other) {
        Duration bounded = other.isNegative() ? Duration.ZERO : other;
        return one.compareTo(bounded) <= 0 ? one : bounded;
    }

    TrainerProgress progress() {
        return new TrainerProgress(
                true,
                Optional.of(learner.counters()),
                Optional.of(learner.prequential()),
                journal.lag(),
                lastPublished);
    }

    /** The newest version that this tenure committed. */
    Optional<Published> lastPublished() {
        return lastPublished;
    }

    /** Waits a bounded time for publishes that are under way; for a clean stop. */
    void drain(Duration patience) {
        publisher.drain(patience);
    }

    @Override
    public void close() {
        publisher.close();
        journal.close();
        learner.close();
        codec.close();
        admin.close(Duration.ofSeconds(1));
    }
}
