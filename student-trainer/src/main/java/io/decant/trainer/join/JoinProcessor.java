package io.decant.trainer.join;

import io.decant.pipeline.deadletter.DeadLetters;
import io.decant.pipeline.failpoint.FailPoint;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.retry.Backoff;
import io.decant.pipeline.source.SourceRecord;
import io.decant.pipeline.source.SourceShare;
import io.decant.pipeline.source.Sources;
import io.decant.pipeline.stage.ForwardClock;
import io.decant.records.DeadLetterReason;
import io.decant.records.Label;
import io.decant.records.PairKind;
import io.decant.records.SoftTarget;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import io.decant.trainer.join.JoinState.Wait;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Runs {@link SampleJoiner} inside one Kafka Streams task, that is, for one partition: reads and
 * checks records, keeps the state in the logged store, sends what the joiner decides. Store, output
 * and offsets are committed in one transaction, so after a crash all of them are as if the lost
 * work had never begun; cache and clock are made anew. <i>Owned by the task's thread.</i>
 */
final class JoinProcessor implements Processor<byte[], byte[], byte[], byte[]> {
    private static final AttributeKey<String> KIND = AttributeKey.stringKey("decant.pair");

    /** A pair is kept back for at most a tenth longer than its wait. */
    private static final int TURNS_IN_A_WAIT = 10;

    private static final Duration SHORTEST_TURN = Duration.ofMillis(10);

    private final JoinSetup setup;
    private final JoinerConfig config;
    private final JoinCounters counters;
    private final Topics topics;
    private final String samplesTopic;
    private final String softTargetsTopic;
    private final SourceShare taken;

    private InstantSource clock;
    private InstantSource waits;
    private ProcessorContext<byte[], byte[]> context;
    private KeyValueStore<byte[], byte[]> store;
    private StoredRecords records;
    private RecordRules rules;
    private SampleJoiner joiner;
    private StreamClock streamClock;
    private SweepPlan sweepPlan;
    private DeadLetters deadLetters;
    private Map<Wait, KeptBack> keptBack;

    /** What is worked on; empty in a turn that time brought. */
    private Optional<Record<byte[], byte[]>> cause = Optional.empty();

    JoinProcessor(JoinSetup setup) {
        this.setup = setup;
        config = setup.config();
        counters = setup.counters();
        topics = setup.topics();
        samplesTopic = config.source().name(Topic.SAMPLES, topics);
        softTargetsTopic = topics.name(Topic.SOFT_TARGETS);
        taken = config.source().taken();
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> taskContext) {
        clock = new SteadyClock(setup.clock(), System::nanoTime);
        waits = new ForwardClock(setup.clock());
        context = taskContext;
        store = context.getStateStore(JoinTopology.STORE);
        RecordCodec codec = setup.codecs().get();
        Sources sources = new Sources(config.source(), config.cluster(), codec);
        records =
                new StoredRecords(
                        new SampleCache(config.sampleCacheBytes() / topics.samplePartitions()),
                        new SampleFetcher(
                                setup.sampleConsumers(),
                                samplesTopic,
                                config.fetchTimeout(),
                                System::nanoTime),
                        codec,
                        sources,
                        Backoff.within(config.fetchTimeout()),
                        counters);
        rules = new RecordRules(sources.placement());
        joiner =
                new SampleJoiner(
                        config.window(),
                        new Expected(config.teachers(), !config.softOnlyWait().isZero()),
                        records);
        streamClock = new StreamClock(config.futureTolerance());
        sweepPlan = new SweepPlan(config.window());
        deadLetters = new DeadLetters(JoinTopology.STAGE, topics, codec, clock);
        keptBack = new EnumMap<>(Wait.class);
        if (!config.softOnlyWait().isZero()) {
            keepBack(Wait.LABEL, config.softOnlyWait(), config.softOnlyWaiting());
        }
        if (!config.teachers().isEmpty()) {
            keepBack(Wait.TEACHERS, config.teachersWait(), config.teachersWaiting());
        }
        if (!keptBack.isEmpty()) {
            findKeptBack();
        }
        context.schedule(config.sweepInterval(), PunctuationType.WALL_CLOCK_TIME, at -> sweep());
    }

    private void keepBack(Wait wait, Duration longest, int most) {
        keptBack.put(wait, new KeptBack(longest, most));
        Duration turn = longest.dividedBy(TURNS_IN_A_WAIT);
        context.schedule(
                turn.compareTo(SHORTEST_TURN) < 0 ? SHORTEST_TURN : turn,
                PunctuationType.WALL_CLOCK_TIME,
                at -> releaseKeptBack(wait));
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata at = context.recordMetadata().orElseThrow();
        counters.took(record.timestamp());
        cause = Optional.of(record);
        if (at.topic().equals(samplesTopic)) {
            counters.add(JoinCount.SAMPLES);
            SourceRecord sample = source(record, at);
            records.arrived(at.offset(), sample);
            if (config.source().labelsComeWithSamples()) {
                labelOfSample(record, at, sample);
            }
        } else if (at.topic().equals(softTargetsTopic)) {
            counters.add(JoinCount.SOFT_TARGETS);
            softTarget(record, at);
        } else {
            counters.add(JoinCount.LABELS);
            label(record, at);
        }
    }

    private void softTarget(Record<byte[], byte[]> record, RecordMetadata at) {
        Decoded<SoftTarget> decoded =
                records.decode(Topic.SOFT_TARGETS, record.value(), SoftTarget.class);
        if (decoded instanceof Decoded.Bad<SoftTarget> bad) {
            refuse(Topic.SOFT_TARGETS, record, at, bad.reason(), bad.detail());
            return;
        }
        SoftTarget target = ((Decoded.Good<SoftTarget>) decoded).value();
        if (admitted(
                Topic.SOFT_TARGETS,
                target.getSampleId(),
                record,
                at,
                rules.softTarget(record.key(), at.partition(), target),
                target.getEventTimeMillis())) {
            JoinState before = state(record.key());
            SampleJoiner.Step step =
                    joiner.onSoftTarget(
                            before, new Arrived<>(target, raw(record, at)), streamClock.millis());
            apply(record.key(), before, step);
            if (isKeptBack(step.after()) && !isKeptBack(before)) {
                keepBack(record.key());
            }
        }
    }

    private void label(Record<byte[], byte[]> record, RecordMetadata at) {
        Decoded<Label> decoded = records.label(source(record, at));
        if (decoded instanceof Decoded.Good<Label> good) {
            label(record, at, good.value());
        } else if (decoded instanceof Decoded.Bad<Label> bad) {
            refuse(Topic.LABELS, record, at, bad.reason(), bad.detail());
        }
    }

    private void labelOfSample(
            Record<byte[], byte[]> record, RecordMetadata at, SourceRecord sample) {
        Decoded<Optional<Label>> decoded = records.labelOfSample(sample);
        if (decoded instanceof Decoded.Good<Optional<Label>> good && good.value().isPresent()) {
            counters.add(JoinCount.LABELS);
            label(record, at, good.value().get());
        } else if (decoded instanceof Decoded.Bad<Optional<Label>> bad) {
            refuse(Topic.LABELS, record, at, bad.reason(), bad.detail());
        }
    }

    private void label(Record<byte[], byte[]> record, RecordMetadata at, Label label) {
        if (admitted(
                Topic.LABELS,
                label.getSampleId(),
                record,
                at,
                RecordRules.label(label),
                label.getEventTimeMillis())) {
            byte[] id = label.getSampleId().getBytes(StandardCharsets.UTF_8);
            RawRecord raw =
                    config.source().labelsAreMapped()
                            // Kept in the store: small, and whole without the record's key.
                            ? new RawRecord(
                                    at.offset(),
                                    record.timestamp(),
                                    ByteBuffer.wrap(records.encode(Topic.LABELS, label)))
                            : raw(record, at);
            JoinState before = state(id);
            apply(
                    id,
                    before,
                    joiner.onLabel(before, new Arrived<>(label, raw), streamClock.millis()));
        }
    }

    /**
     * Dead-letters a record that breaks a rule; leaves one that is not taken; lets the event time
     * of a good one count.
     */
    private boolean admitted(
            Topic topic,
            String sampleId,
            Record<byte[], byte[]> record,
            RecordMetadata at,
            Optional<RecordRules.Problem> problem,
            long eventTimeMillis) {
        if (problem.isPresent()) {
            refuse(topic, record, at, problem.get().reason(), problem.get().detail());
            return false;
        }
        if (!taken.takes(sampleId)) {
            counters.add(JoinCount.NOT_TAKEN);
            return false;
        }
        // A wall clock that was set back makes no present event one of the future.
        long now = Math.max(clock.millis(), setup.clock().millis());
        if (!streamClock.advance(eventTimeMillis, now)) {
            refuse(
                    topic,
                    record,
                    at,
                    DeadLetterReason.FUTURE_EVENT_TIME,
                    "the event time "
                            + eventTimeMillis
                            + " is more than "
                            + config.futureTolerance().toMillis()
                            + " ms in the future; expected a time that has passed (future-tolerance)");
            return false;
        }
        return true;
    }

    private static SourceRecord source(Record<byte[], byte[]> record, RecordMetadata at) {
        return new SourceRecord(record.key(), at.partition(), record.timestamp(), record.value());
    }

    private static RawRecord raw(Record<byte[], byte[]> record, RecordMetadata at) {
        return new RawRecord(at.offset(), record.timestamp(), ByteBuffer.wrap(record.value()));
    }

    private JoinState state(byte[] id) {
        return JoinStateCodec.decode(store.get(id));
    }

    private void apply(byte[] id, JoinState before, SampleJoiner.Step step) {
        if (step.after() != before) {
            store.put(id, JoinStateCodec.encode(step.after()));
        }
        for (JoinOutcome outcome : step.outcomes()) {
            if (outcome instanceof JoinOutcome.EmitPair emit) {
                counters.add(emit.count());
                emit.labelDelayMillis()
                        .ifPresent(
                                delay -> {
                                    counters.add(JoinCount.LABEL_DELAYS);
                                    counters.add(JoinCount.LABEL_DELAY_MILLIS, delay);
                                });
                FailPoint.JOINER_BEFORE_FORWARD.reach();
                // The journal's retention counts from when a pair was written.
                context.forward(
                        new Record<>(
                                id,
                                records.encode(Topic.TRAINING_PAIRS, emit.pair()),
                                clock.millis(),
                                trace(emit.pair().getKind())),
                        JoinTopology.PAIRS_SINK);
            } else if (outcome instanceof JoinOutcome.Refused refused) {
                byte[] value = new byte[refused.record().value().remaining()];
                refused.record().value().duplicate().get(value);
                refuse(
                        refused.topic(),
                        new Record<>(id, value, refused.record().timestampMillis()),
                        context.taskId().partition(),
                        refused.record().offset(),
                        refused.reason(),
                        refused.detail());
            } else {
                counters.add(outcome.count());
            }
        }
    }

    private void refuse(
            Topic topic,
            Record<byte[], byte[]> record,
            RecordMetadata at,
            DeadLetterReason reason,
            String detail) {
        refuse(topic, record, at.partition(), at.offset(), reason, detail);
    }

    private void refuse(
            Topic topic,
            Record<byte[], byte[]> record,
            int partition,
            long offset,
            DeadLetterReason reason,
            String detail) {
        counters.refused(reason);
        ConsumerRecord<byte[], byte[]> origin =
                new ConsumerRecord<>(
                        config.source().name(topic, topics),
                        partition,
                        offset,
                        record.timestamp(),
                        TimestampType.CREATE_TIME,
                        ConsumerRecord.NULL_SIZE,
                        ConsumerRecord.NULL_SIZE,
                        record.key(),
                        record.value(),
                        record.headers(),
                        Optional.empty());
        ProducerRecord<byte[], byte[]> letter =
                records.patiently(
                        "register a schema", () -> deadLetters.letter(origin, reason, detail));
        context.forward(
                new Record<>(letter.key(), letter.value(), clock.millis(), letter.headers()),
                JoinTopology.DEAD_LETTERS_SINK);
    }

    /** A pair that time lets go follows from no record. */
    private Headers trace(PairKind kind) {
        return cause.map(
                        record ->
                                setup.traces()
                                        .next(
                                                record.headers(),
                                                "joiner.join",
                                                record.timestamp(),
                                                clock.instant(),
                                                Attributes.of(KIND, kind.name())))
                .orElseGet(RecordHeaders::new);
    }

    private static boolean isKeptBack(JoinState state) {
        return state instanceof JoinState.Waiting waiting && waiting.isKeptBack();
    }

    private void keepBack(byte[] id) {
        // Whoever has to make room follows from another record than this one.
        cause = Optional.empty();
        keptBack.forEach(
                (wait, ids) ->
                        ids.add(id, waits.millis()).ifPresent(early -> release(early, wait)));
    }

    /** After a restart: what was kept back has waited long enough, the next turn lets it go. */
    private void findKeptBack() {
        try (KeyValueIterator<byte[], byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<byte[], byte[]> entry = all.next();
                if (isKeptBack(JoinStateCodec.decode(entry.value))) {
                    keptBack.values().forEach(ids -> ids.addDue(entry.key, waits.millis()));
                }
            }
        }
    }

    private void releaseKeptBack(Wait wait) {
        cause = Optional.empty();
        KeptBack ids = keptBack.get(wait);
        long now = waits.millis();
        for (Optional<byte[]> id = ids.due(now); id.isPresent(); id = ids.due(now)) {
            release(id.get(), wait);
        }
    }

    private void release(byte[] id, Wait wait) {
        JoinState before = state(id);
        apply(id, before, joiner.onWaitOver(before, wait, streamClock.millis()));
    }

    private void sweep() {
        cause = Optional.empty();
        long now = streamClock.millis();
        if (!sweepPlan.due(now)) {
            return;
        }
        List<byte[]> over = new ArrayList<>();
        byte[] next = null;
        try (KeyValueIterator<byte[], byte[]> states = store.range(sweepPlan.turn(now), null)) {
            for (int seen = 0; states.hasNext() && next == null; seen++) {
                if (seen == config.sweepStates()) {
                    next = states.peekNextKey();
                } else {
                    KeyValue<byte[], byte[]> entry = states.next();
                    JoinState state = JoinStateCodec.decode(entry.value);
                    if (joiner.onSweep(state, now).after() == state) {
                        sweepPlan.stays(state.sinceMillis());
                    } else {
                        over.add(entry.key);
                    }
                }
            }
        }
        for (byte[] id : over) {
            JoinState before = state(id);
            apply(id, before, joiner.onSweep(before, now));
        }
        if (next == null) {
            sweepPlan.passEnded();
        } else {
            sweepPlan.goOnAt(next);
        }
    }

    @Override
    public void close() {
        if (records != null) {
            records.close();
            records = null;
        }
    }
}
