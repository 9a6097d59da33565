package io.decant.trainer;

import io.decant.model.torch.Torch;
import io.decant.pipeline.deadletter.DeadLetters;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import io.decant.trainer.journal.JournalReader;
import io.decant.trainer.journal.LogEnds;
import io.decant.trainer.journal.PairDecoder;
import io.decant.trainer.learn.Learner;
import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.learn.Pair;
import io.decant.trainer.learn.PredictionListener;
import io.decant.trainer.learn.SpanTracker;
import io.decant.trainer.publish.Checkpoint;
import io.decant.trainer.publish.CheckpointPolicy;
import io.decant.trainer.publish.CheckpointPublisher;
import io.decant.trainer.publish.Provenance;
import io.decant.trainer.publish.Published;
import io.decant.trainer.publish.Retention;
import io.decant.trainer.recover.Recovered;
import io.decant.trainer.recover.Recovery;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stretch of training between getting the lease and losing it: fences earlier writers, takes up the last committed state, learns
 * the journal and publishes. Whatever goes wrong, its memory is thrown away and the next tenure starts from what is committed.
 * <i>Owned by the trainer's stage thread.</i>
 */
final class Tenure implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tenure.class);

    /** One publish under way and one waiting: the bound of what may be learned but not committed. */
    private static final int MAX_UNDER_WAY = 2;

    private final TrainerConfig config;
    private final InstantSource clock;
    private final Admin admin;
    private final RecordCodec codec;
    private final DeadLetters deadLetters;
    private final CheckpointPolicy policy;
    private final Map<String, String> bits;
    private final String journalTopicId;
    private final JournalReader journal;
    private final PairDecoder decoder;
    private final Learner learner;
    private final SpanTracker spans;
    private final CheckpointPublisher publisher;

    private final Deque<CompletableFuture<Published>> underWay = new ArrayDeque<>();
    private final List<ProducerRecord<byte[], byte[]>> letters = new ArrayList<>();
    private final Set<String> teacherIds = new TreeSet<>();
    private long version;
    private Optional<Instant> pendingSince = Optional.empty();
    private Optional<Instant> openSince = Optional.empty();
    private long stepsWhenOpened;
    private Optional<Published> lastPublished = Optional.empty();

    private Tenure(
            TrainerConfig config,
            InstantSource clock,
            PredictionListener listener,
            Admin admin,
            RecordCodec codec,
            Producer<byte[], byte[]> producer,
            JournalReader journal) {
        Topics topics = config.cluster().topics();
        String model = config.model().name();
        this.config = config;
        this.clock = clock;
        this.admin = admin;
        this.codec = codec;
        this.journal = journal;
        deadLetters = new DeadLetters("trainer", topics, codec, clock);
        policy = config.policy();
        bits = config.bits();

        producer.initTransactions();
        Map<Topic, String> topicIds = topicIds(topics);
        journalTopicId = topicIds.get(Topic.TRAINING_PAIRS);
        Recovered known = new Recovery(config.cluster(), clock, config.recovery().patience()).newest(model);
        List<Long> offsets;
        if (known.state().isPresent()) {
            LearnerState.Header header = known.state().get().header();
            requireSameJournal(header);
            version = header.version();
            offsets = header.nextOffsets();
        } else {
            offsets = journal.startOffsets(config.journal().start());
        }
        journal.seek(offsets);
        spans = new SpanTracker(offsets);
        learner = known.state()
                .map(state -> Learner.restore(config.learning(), state, listener))
                .orElseGet(() -> Learner.genesis(config.learning(), listener));
        decoder = new PairDecoder(codec, config.spec(), learner.seed());
        publisher = new CheckpointPublisher(
                model,
                config.cluster(),
                new Provenance(topicIds, Torch.engineDescription(), Torch.cpuCapability(), learner.seed()),
                producer,
                new Retention(config.publish().keep(), config.publish().removals(), known.versions()),
                clock);
        LOG.info("model={} event=leading version={} offsets={}", model, version, offsets);
    }

    /** Takes the model over; needs the lease. */
    static Tenure begin(TrainerConfig config, InstantSource clock, PredictionListener listener) {
        Clients clients = new Clients(config.cluster());
        Topics topics = config.cluster().topics();
        String model = config.model().name();
        String client = "trainer-" + model;
        Duration timeout = config.publish().transactionTimeout();
        Deque<AutoCloseable> opened = new ArrayDeque<>();
        try {
            Admin admin = opened(opened, clients.admin(client));
            RecordCodec codec = opened(opened, new RecordCodec(config.cluster()));
            Producer<byte[], byte[]> producer = opened(
                    opened,
                    clients.transactionalProducer(client, topics.prefix() + client, timeout, Map.of("max.block.ms", 30_000)));
            JournalReader journal = opened(opened, new JournalReader(clients, topics, model));
            Tenure tenure = new Tenure(config, clock, listener, admin, codec, producer, journal);
            opened.clear();
            return tenure;
        } finally {
            opened.forEach(Tenure::closeQuietly);
        }
    }

    private static <C extends AutoCloseable> C opened(Deque<AutoCloseable> all, C one) {
        all.push(one);
        return one;
    }

    private static void closeQuietly(AutoCloseable one) {
        try {
            one.close();
        } catch (Exception failed) { // Whatever it was: another failure is on its way already.
            LOG.warn("event=close_failed error=\"{}\"", failed.toString());
        }
    }

    private Map<Topic, String> topicIds(Topics topics) {
        Map<Topic, String> ids = new HashMap<>();
        List<Topic> needed = List.of(Topic.TRAINING_PAIRS, Topic.TRAINER_STATE, Topic.MODEL_WEIGHTS);
        try {
            Map<String, TopicDescription> described = admin.describeTopics(needed.stream().map(topics::name).toList())
                    .allTopicNames()
                    .get(config.recovery().patience().toMillis(), TimeUnit.MILLISECONDS);
            needed.forEach(topic -> ids.put(topic, described.get(topics.name(topic)).topicId().toString()));
            return ids;
        } catch (ExecutionException | TimeoutException unanswered) {
            throw new KafkaException("the broker does not describe the trainer's topics", unanswered);
        } catch (InterruptedException stopped) {
            throw new InterruptException(stopped);
        }
    }

    private void requireSameJournal(LearnerState.Header header) {
        if (!header.journalTopicId().equals(journalTopicId)) {
            throw new IllegalStateException("the journal topic was recreated: model '" + header.model()
                    + "' learned from topic id " + header.journalTopicId() + ", it is now " + journalTopicId
                    + "; its offsets mean other records, so give a new model another model.name");
        }
    }

    /**
     * One turn: at most one poll, its learning, and at most one publish.
     *
     * @param generation of the lease, now
     * @return records taken in and versions committed
     */
    int doWork(ConsumerGroupMetadata generation) {
        int done = collectPublished();
        if (underWay.size() == MAX_UNDER_WAY) {
            // Back-pressure: nothing is read until a publish is through.
            awaitPublish();
            return done;
        }
        for (ConsumerRecord<byte[], byte[]> record : journal.poll(pollWait())) {
            take(record);
            done++;
        }
        Instant now = clock.instant();
        closeLingeringBatch(now);
        if (pendingSince.isEmpty() && spans.records() > 0) {
            pendingSince = Optional.of(now);
        }
        if (policy.isDue(new CheckpointPolicy.Pending(
                spans.records(), spans.entries(), letters.size(), age(pendingSince, now)))) {
            publish(false, generation);
        }
        return done;
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        spans.delivered(record.partition(), record.offset(), record.key(), record.value());
        Decoded<Pair> decoded = decoder.decode(record.value());
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

    /** Time chooses this border; lineage records it. */
    private void closeLingeringBatch(Instant now) {
        long steps = learner.counters().steps();
        if (!learner.hasOpen()) {
            openSince = Optional.empty();
        } else if (openSince.isEmpty() || steps != stepsWhenOpened) {
            openSince = Optional.of(now);
            stepsWhenOpened = steps;
        } else if (age(openSince, now).compareTo(config.batch().linger()) >= 0) {
            learner.learnOpen();
            spans.border();
            openSince = Optional.empty();
        }
    }

    private void publish(boolean finished, ConsumerGroupMetadata generation) {
        if (learner.hasOpen()) {
            learner.learnOpen();
            spans.border();
        }
        if (finished) {
            learner.learnRest();
        }
        version++;
        LearnerState state = learner.snapshot(new LearnerState.Header(
                config.model().name(), version, journalTopicId, spans.nextOffsets(), bits));
        Map<String, Double> metrics = TrainerMetrics.of(
                learner.counters(),
                learner.prequential(),
                learner.lastLoss(),
                journal.lag(),
                lastPublished.map(Published::millis).orElse(0L));
        underWay.add(publisher.publish(new Checkpoint(
                state,
                spans.endVersion(),
                learner.counters().watermarkMillis(),
                teacherIds,
                metrics,
                letters,
                finished,
                generation)));
        letters.clear();
        teacherIds.clear();
        pendingSince = Optional.empty();
        openSince = Optional.empty();
    }

    /** Where the journal ends now, open transactions included: the last thing that a finite stream must reach. */
    List<Long> journalEnd() {
        Map<org.apache.kafka.common.TopicPartition, Long> ends =
                LogEnds.of(admin, journal.partitions(), config.recovery().patience());
        return journal.partitions().stream().map(ends::get).toList();
    }

    /**
     * Publishes the last version of a finite stream once everything before the given offsets is taken in.
     *
     * @return the version's number, or empty as long as something is missing
     */
    Optional<Long> finishAt(List<Long> end, ConsumerGroupMetadata generation) {
        List<Long> positions = journal.positions();
        for (int partition = 0; partition < end.size(); partition++) {
            if (positions.get(partition) < end.get(partition)) {
                return Optional.empty();
            }
        }
        if (underWay.size() == MAX_UNDER_WAY) {
            return Optional.empty();
        }
        publish(true, generation);
        return Optional.of(version);
    }

    private int collectPublished() {
        int committed = 0;
        while (!underWay.isEmpty() && underWay.peek().isDone()) {
            lastPublished = Optional.of(result(underWay.remove()));
            committed++;
        }
        return committed;
    }

    private static Published result(CompletableFuture<Published> publish) {
        try {
            return publish.join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException known
                    ? known
                    : new IllegalStateException("a publish failed", failed.getCause());
        }
    }

    private void awaitPublish() {
        try {
            underWay.element().get(config.journal().pollWait().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException seen) {
            LOG.trace("event=publish_under_way"); // The next turn looks at the outcome.
        } catch (InterruptedException stopped) {
            throw new InterruptException(stopped);
        }
    }

    /** Short enough that neither a batch nor a version waits for the poll. */
    private Duration pollWait() {
        Instant now = clock.instant();
        Duration wait = config.journal().pollWait();
        if (openSince.isPresent()) {
            wait = shorter(wait, config.batch().linger().minus(age(openSince, now)));
        }
        if (pendingSince.isPresent()) {
            wait = shorter(wait, policy.interval().minus(age(pendingSince, now)));
        }
        return wait;
    }

    private static Duration shorter(Duration one, Duration other) {
        Duration positive = other.isNegative() ? Duration.ZERO : other;
        return one.compareTo(positive) <= 0 ? one : positive;
    }

    private static Duration age(Optional<Instant> since, Instant now) {
        return since.map(then -> Duration.between(then, now)).orElse(Duration.ZERO);
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
