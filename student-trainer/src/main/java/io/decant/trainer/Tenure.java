package io.decant.trainer;

import io.decant.model.torch.Torch;
import io.decant.pipeline.deadletter.DeadLetters;
import io.decant.pipeline.monitor.Monitor;
import io.decant.pipeline.monitor.WorkMeter;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.stage.ForwardClock;
import io.decant.pipeline.topics.TopicWatch;
import io.decant.pipeline.trace.Traces;
import io.decant.records.GateOutcome;
import io.decant.topics.Topic;
import io.decant.trainer.gate.GateDecision;
import io.decant.trainer.journal.JournalLearner;
import io.decant.trainer.journal.JournalReader;
import io.decant.trainer.journal.JournalRecord;
import io.decant.trainer.journal.LogEnds;
import io.decant.trainer.journal.MissingRangeException;
import io.decant.trainer.journal.PairReader;
import io.decant.trainer.journal.Reading;
import io.decant.trainer.learn.Accuracy;
import io.decant.trainer.learn.Learner;
import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.learn.LearningSettings;
import io.decant.trainer.learn.Notice;
import io.decant.trainer.learn.PredictionListener;
import io.decant.trainer.lease.Term;
import io.decant.trainer.publish.Checkpoint;
import io.decant.trainer.publish.CheckpointPolicy;
import io.decant.trainer.publish.CheckpointPublisher;
import io.decant.trainer.publish.FleetReader;
import io.decant.trainer.publish.Orders;
import io.decant.trainer.publish.OrdersReader;
import io.decant.trainer.publish.Provenance;
import io.decant.trainer.publish.Published;
import io.decant.trainer.publish.Retention;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
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

    /** How often operators' orders are looked for. */
    private static final Duration ORDERS_INTERVAL = Duration.ofSeconds(1);

    private final TrainerConfig config;
    private final InstantSource clock;
    private final InstantSource waits;
    private final TopicWatch watch;
    private final Admin admin;
    private final RecordCodec codec;
    private final JournalReader journal;
    private final DeadLetters deadLetters;
    private final CheckpointPolicy policy;
    private final Map<String, String> bits;
    private final Linger linger;
    private final JournalLearner learner;
    private final PairReader reader;
    private final OrdersReader ordersReader;
    private final FleetReader fleet;
    private final CheckpointPublisher publisher;
    private final UnderWay underWay = new UnderWay();
    private final WorkMeter meter;
    private final LearnedTraces traces;

    /** Records of the last poll that are not taken in yet. */
    private Iterator<ConsumerRecord<byte[], byte[]>> polled = Collections.emptyIterator();

    /** What the next version has collected. */
    private final List<ProducerRecord<byte[], byte[]>> letters = new ArrayList<>();

    private final Set<String> teacherIds = new TreeSet<>();
    private Optional<Instant> pendingSince = Optional.empty();

    private Orders orders;
    private Optional<String> veto;
    private Instant ordersDue;
    private long version;

    /** What the alias names once the publishes under way are committed; 0 for nothing. */
    private long live;

    private Optional<Published> lastPublished = Optional.empty();
    private boolean teacherJudged;
    private boolean refusalTold;

    /** Starts with what was taken over, which then belongs to the tenure. */
    Tenure(
            TrainerConfig config,
            InstantSource clock,
            PredictionListener listener,
            Monitor monitor,
            Takeover start) {
        this.config = config;
        this.clock = clock;
        meter = monitor.meter();
        waits = new ForwardClock(clock);
        watch = start.watch();
        admin = start.admin();
        codec = start.codec();
        journal = start.journal();
        deadLetters = new DeadLetters("trainer", config.cluster().topics(), codec, clock);
        policy = config.policy();
        linger = new Linger(config.batch().linger());
        Optional<LearnerState> state = start.known().state();
        version = state.map(known -> known.header().version()).orElse(0L);
        live = start.known().live();
        Optional<WarmStart> warm =
                state.isPresent() ? Optional.empty() : WarmStart.of(config, Optional.empty());
        bits =
                config.bits(
                        state.map(known -> known.header().configuration().getOrDefault("init", ""))
                                .or(() -> warm.map(WarmStart::digest))
                                .orElse(""));
        LearningSettings settings = config.learning();
        Learner alone =
                state.map(known -> Learner.restore(settings, known, listener))
                        .orElseGet(() -> WarmStart.genesis(settings, warm, listener));
        learner =
                new JournalLearner(
                        start.watch().ids().get(Topic.TRAINING_PAIRS), alone, start.offsets());
        reader = config.pairs(codec, alone.seed());
        acceptGaps(start.offsets());
        ordersReader = new OrdersReader(config.cluster(), config.model().name(), codec);
        orders = ordersReader.poll();
        fleet = new FleetReader(config.cluster(), config.model().name(), config.gateways(), codec);
        veto = fleet.poll(orders);
        ordersDue = waits.instant();
        String model = config.model().name();
        publisher =
                new CheckpointPublisher(
                        model,
                        config.cluster(),
                        new Provenance(
                                start.watch().ids(),
                                Torch.engineDescription(),
                                Torch.cpuCapability(),
                                alone.seed()),
                        state,
                        settings.student(),
                        config.signing().read(),
                        start.producer(),
                        watch,
                        new Retention(
                                config.publish().keep(),
                                config.publish().removals(),
                                config.stateSchedule(),
                                start.known().versions(),
                                CheckpointPublisher.steadyMillis()),
                        config.stateSchedule(),
                        codec -> monitor.reporter(TrainerMetrics.SOURCE, codec),
                        clock);
        // Last: its threads must not be left behind when something before it fails.
        traces = new LearnedTraces(config.model().name(), Traces.of("trainer", config.tracing()));
        LOG.info("model={} event=leading version={} offsets={}", model, version, start.offsets());
        if (state.isPresent() && config.files().init().isPresent()) {
            LOG.info(
                    "model={} event=init_ignored file={} reason=\"the model has versions already\"",
                    model,
                    config.init());
        }
    }

    /** The journal stands behind what was lost; lineage will say so. */
    private void acceptGaps(List<Long> wanted) {
        List<Long> positions = journal.positions();
        for (int partition = 0; partition < wanted.size(); partition++) {
            if (positions.get(partition) > wanted.get(partition)) {
                learner.skip(partition, positions.get(partition));
                LOG.warn(
                        "model={} event=gap_accepted partition={} from={} to={}",
                        config.model().name(),
                        partition,
                        wanted.get(partition),
                        positions.get(partition));
            }
        }
    }

    /**
     * One turn: at most one poll, its learning, and at most one publish.
     *
     * @param term of the lease, that runs now
     * @return records taken in and versions committed
     */
    int doWork(Term term) {
        int done = noteCommitted();
        if (underWay.isFull()) {
            // Back-pressure: nothing is read until a publish is through.
            meter.now(WorkMeter.Doing.WAIT_OUTPUT);
            underWay.await(config.journal().pollWait());
            return done;
        }
        if (!polled.hasNext()) {
            polled = poll(pollWait(waits.instant()));
        }
        meter.now(WorkMeter.Doing.WORK);
        boolean full = false;
        while (polled.hasNext() && !full) {
            take(polled.next());
            done++;
            // Looked at after each record, so that a version that is due by its records ends at the
            // same one however many a poll brings.
            full = policy.isFull(pending(Duration.ZERO));
        }
        Instant now = waits.instant();
        if (linger.isOver(learner.learner().hasOpen(), steps(), now)) {
            // Time chooses this border; lineage records it.
            learner.border();
        }
        if (pendingSince.isEmpty() && learner.records() > 0) {
            pendingSince = Optional.of(now);
        }
        if (!now.isBefore(ordersDue)) {
            orders = ordersReader.poll();
            veto = fleet.poll(orders);
            ordersDue = now.plus(ORDERS_INTERVAL);
        }
        if (policy.isDue(pending(pendingAge(now)))) {
            publish(false, term);
        }
        return done;
    }

    /**
     * One turn of a pause: nothing is read. What was learned before becomes a version at once, so
     * that it is committed and the standby would go on from there.
     *
     * @return versions committed
     */
    int holdStill(Term term) {
        int done = noteCommitted();
        if (learner.records() > 0 && !underWay.isFull()) {
            publish(false, term);
        }
        return done;
    }

    private int noteCommitted() {
        int done = 0;
        for (var published = underWay.committed();
                published.isPresent();
                published = underWay.committed()) {
            lastPublished = published;
            traces.committed(published.get().version(), clock.instant());
            done++;
        }
        return done;
    }

    /** A range that is lost may be one of another topic of the same name. */
    private Iterator<ConsumerRecord<byte[], byte[]>> poll(Duration wait) {
        meter.now(WorkMeter.Doing.WAIT_INPUT);
        try {
            ConsumerRecords<byte[], byte[]> records = journal.poll(wait);
            meter.took(records.count());
            meter.lag(journal.lag());
            return records.iterator();
        } catch (MissingRangeException lost) {
            watch.check();
            throw lost;
        }
    }

    private CheckpointPolicy.Pending pending(Duration age) {
        return new CheckpointPolicy.Pending(
                learner.records(), learner.entries(), letters.size(), age);
    }

    private long steps() {
        return learner.learner().counters().steps();
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        meter.at(record.timestamp());
        traces.took(record);
        Reading reading = reader.read(record.value());
        if (reading instanceof Reading.Usable usable) {
            usable.pair().answers().forEach(answer -> teacherIds.add(answer.teacherId()));
        } else if (reading instanceof Reading.Refused refused) {
            letters.add(deadLetters.letter(record, refused.reason(), refused.detail()));
            tellOf(refused);
        }
        learner.take(
                new JournalRecord(
                        record.partition(),
                        record.offset(),
                        record.timestamp(),
                        record.key(),
                        record.value()),
                reading);
    }

    /** Once: a setting that makes pairs unusable would otherwise show in the dead letters only. */
    private void tellOf(Reading.Refused refused) {
        if (!refusalTold) {
            refusalTold = true;
            LOG.warn(
                    "model={} event=pair_refused reason={} detail=\"{}\"; further ones are told in the dead letters only",
                    config.model().name(),
                    refused.reason(),
                    refused.detail());
        }
    }

    private void publish(boolean finished, Term term) {
        version++;
        traces.ended(version);
        JournalLearner.Version ended =
                learner.endVersion(config.model().name(), version, finished, bits);
        Learner alone = learner.learner();
        judgeTeacher(alone.prequential().teacher());
        tellOf(ended.gate());
        if (ended.gate().letsThrough() && veto.isEmpty()) {
            live = version;
        }
        Map<String, Double> metrics =
                TrainerMetrics.of(
                        alone, journal.lag(), lastPublished.map(Published::millis).orElse(0L));
        metrics.putAll(ended.gate().metrics());
        metrics.put("live_version", (double) live);
        metrics.put("fleet_veto", veto.isPresent() ? 1.0 : 0.0);
        underWay.add(
                publisher.publish(
                        new Checkpoint(
                                ended.state(),
                                ended.forms(),
                                ended.gate(),
                                live,
                                ended.intake(),
                                alone.counters().watermarkMillis(),
                                teacherIds,
                                metrics,
                                told(alone.takeNotices()),
                                letters,
                                finished,
                                orders,
                                term)));
        letters.clear();
        teacherIds.clear();
        pendingSince = Optional.empty();
    }

    private List<Notice> told(List<Notice> notices) {
        for (Notice notice : notices) {
            LOG.info(
                    "model={} event={} signal={} at=training-pairs-{}@{} detail=\"{}\"",
                    config.model().name(),
                    notice.what().kind(),
                    notice.what().signal(),
                    notice.at().partition(),
                    notice.at().offset(),
                    notice.what().detail());
        }
        return notices;
    }

    private void tellOf(GateDecision gate) {
        if (gate.outcome() == GateOutcome.REFUSED
                || gate.outcome() == GateOutcome.ADVISED_AGAINST) {
            LOG.warn(
                    "model={} event=gate_{} version={} live={} reason=\"{}\"",
                    config.model().name(),
                    gate.outcome().name().toLowerCase(Locale.ROOT),
                    version,
                    live,
                    gate.reason());
        }
    }

    private void judgeTeacher(Accuracy teacher) {
        if (!teacherJudged && teacher.scored() >= TeacherDoubt.ENOUGH) {
            teacherJudged = true;
            TeacherDoubt.about(teacher, config.spec().classCount())
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
        if (polled.hasNext()) {
            return Optional.empty();
        }
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
                Optional.of(learner.learner().counters()),
                Optional.of(learner.learner().prequential()),
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
        traces.close();
        ordersReader.close();
        fleet.close();
        journal.close();
        learner.close();
        codec.close();
        admin.close(Duration.ofSeconds(1));
    }
}
