package io.decant.cli.run;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.stage.Stage;
import io.decant.records.CheckpointManifest;
import io.decant.records.Event;
import io.decant.records.Lineage;
import io.decant.records.MetricPoint;
import io.decant.records.OffsetRange;
import io.decant.records.Outcome;
import io.decant.records.PairKind;
import io.decant.records.SoftTarget;
import io.decant.records.TeacherCard;
import io.decant.records.TrainingPair;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Watches a run from outside, as any consumer could: the journal, the model registry, lineage and
 * the dead letters. <i>Owned by one thread</i>, but {@link View} may be read by any.
 */
public final class RunWatch implements Stage {
    private final Topics topics;
    private final String model;
    private final RecordCodec codec;
    private final Consumer<byte[], byte[]> consumer;
    private final View view;
    private final Map<String, Topic> byName = new HashMap<>();

    /** What was seen so far. <i>Thread-safe.</i> */
    public static final class View {
        /**
         * A published version.
         *
         * @param seenAtMillis when a read_committed consumer could first see it
         */
        public record Version(CheckpointManifest manifest, long seenAtMillis) {}

        /** A pair's first appearance in the journal. */
        public record FirstPair(
                String sampleId, int partition, long offset, long producedAtMillis) {}

        /** What a service told of in its metrics. */
        public record Happened(String model, Event event) {}

        private final Map<Long, Version> versions = new TreeMap<>();
        private final NavigableMap<Long, Lineage> lineage = new TreeMap<>();
        private final Map<String, TeacherCard> teachers = new TreeMap<>();
        private final List<Happened> events = new ArrayList<>();
        private final Map<PairKind, Integer> kinds = new EnumMap<>(PairKind.class);
        private final Predicate<String> labelled;
        private int skipped;
        private int neverPaired;
        private final List<FirstPair> firstPairs = new ArrayList<>();
        private final Set<String> awaitingCorrection = new HashSet<>();
        private long deadLetters;

        public View() {
            this(id -> true);
        }

        /**
         * @param labelled which samples get a label: one that is skipped becomes a pair with it
         */
        public View(Predicate<String> labelled) {
            this.labelled = labelled;
        }

        public synchronized List<Version> versions() {
            return List.copyOf(versions.values());
        }

        /** How versions came to be, by version. */
        public synchronized NavigableMap<Long, Lineage> lineage() {
            return new TreeMap<>(lineage);
        }

        public synchronized List<TeacherCard> teachers() {
            return List.copyOf(teachers.values());
        }

        public synchronized List<FirstPair> firstPairs() {
            return List.copyOf(firstPairs);
        }

        public synchronized int pairs() {
            return firstPairs.size();
        }

        /** How many records of a kind the journal holds. */
        public synchronized int pairs(PairKind kind) {
            return kinds.getOrDefault(kind, 0);
        }

        /** Samples that a teacher was not asked about. */
        public synchronized int skipped() {
            return skipped;
        }

        /** Those of them that get no label either. */
        public synchronized int neverPaired() {
            return neverPaired;
        }

        public synchronized List<Happened> events() {
            return List.copyOf(events);
        }

        public synchronized long deadLetters() {
            return deadLetters;
        }

        /** What was published as a version; empty until all its records were seen. */
        public synchronized Optional<Version> version(long number) {
            return Optional.ofNullable(lineage.containsKey(number) ? versions.get(number) : null);
        }

        /** How many of these ids were paired without their label and have not been corrected. */
        public synchronized long awaitingCorrection(Stream<String> ids) {
            return ids.filter(awaitingCorrection::contains).count();
        }

        private synchronized void pair(ConsumerRecord<byte[], byte[]> record, TrainingPair pair) {
            kinds.merge(pair.getKind(), 1, Integer::sum);
            if (pair.getKind() == PairKind.LABEL_CORRECTION) {
                awaitingCorrection.remove(pair.getSampleId());
                return;
            }
            firstPairs.add(
                    new FirstPair(
                            pair.getSampleId(),
                            record.partition(),
                            record.offset(),
                            pair.getEventTimeMillis()));
            if (pair.getKind() == PairKind.SOFT_ONLY) {
                awaitingCorrection.add(pair.getSampleId());
            }
        }

        /** A version was seen. */
        public synchronized void version(CheckpointManifest manifest, long seenAtMillis) {
            versions.putIfAbsent(manifest.getVersion(), new Version(manifest, seenAtMillis));
        }

        /** How a version came to be was seen. */
        public synchronized void lineage(Lineage made) {
            lineage.putIfAbsent(made.getVersion(), made);
        }

        /** A teacher's card was seen. */
        public synchronized void teacher(TeacherCard card) {
            teachers.put(card.getTeacherId(), card);
        }

        private synchronized void answer(SoftTarget answer) {
            if (answer.getOutcome() == Outcome.SKIPPED) {
                skipped++;
                neverPaired += labelled.test(answer.getSampleId()) ? 0 : 1;
            }
        }

        private synchronized void point(MetricPoint point) {
            point.getEvents().forEach(event -> events.add(new Happened(point.getModel(), event)));
        }

        private synchronized void deadLetter() {
            deadLetters++;
        }
    }

    /**
     * @param name among the cluster's clients
     * @param model whose versions are followed
     */
    public RunWatch(ClusterSettings cluster, String name, String model, View view) {
        this.topics = cluster.topics();
        this.model = model;
        this.view = view;
        this.codec = new RecordCodec(cluster);
        this.consumer =
                new Clients(cluster).consumer(name, Map.of("auto.offset.reset", "earliest"));
        List<TopicPartition> all =
                Stream.of(
                                Topic.TRAINING_PAIRS,
                                Topic.MODEL_REGISTRY,
                                Topic.LINEAGE,
                                Topic.SOFT_TARGETS,
                                Topic.TRAINING_METRICS,
                                Topic.DEAD_LETTERS)
                        .flatMap(
                                topic ->
                                        IntStream.range(0, topics.partitions(topic))
                                                .mapToObj(
                                                        p ->
                                                                new TopicPartition(
                                                                        topics.name(topic), p)))
                        .toList();
        for (Topic topic : Topic.values()) {
            byName.put(topics.name(topic), topic);
        }
        consumer.assign(all);
        consumer.seekToBeginning(all);
    }

    @Override
    public String name() {
        return "run-watch";
    }

    @Override
    public int doWork() {
        int done = 0;
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
            done++;
            see(record);
        }
        return done;
    }

    private void see(ConsumerRecord<byte[], byte[]> record) {
        switch (byName.get(record.topic())) {
            case TRAINING_PAIRS ->
                    decoded(Topic.TRAINING_PAIRS, record, TrainingPair.class)
                            .ifPresent(pair -> view.pair(record, pair));
            case SOFT_TARGETS ->
                    decoded(Topic.SOFT_TARGETS, record, SoftTarget.class).ifPresent(view::answer);
            case TRAINING_METRICS ->
                    decoded(Topic.TRAINING_METRICS, record, MetricPoint.class)
                            .ifPresent(view::point);
            case DEAD_LETTERS -> view.deadLetter();
            default -> {
                if (record.value() != null) {
                    describe(record, new String(record.key(), StandardCharsets.UTF_8));
                }
            }
        }
    }

    private void describe(ConsumerRecord<byte[], byte[]> record, String key) {
        if (key.startsWith("teacher/")) {
            decoded(Topic.MODEL_REGISTRY, record, TeacherCard.class).ifPresent(view::teacher);
        } else if (!key.startsWith(model + "/") || key.startsWith(model + "/@")) {
            // An alias, or another model's.
            return;
        } else if (byName.get(record.topic()) == Topic.LINEAGE) {
            decoded(Topic.LINEAGE, record, Lineage.class).ifPresent(view::lineage);
        } else {
            decoded(Topic.MODEL_REGISTRY, record, CheckpointManifest.class)
                    .ifPresent(manifest -> view.version(manifest, System.currentTimeMillis()));
        }
    }

    private <T extends SpecificRecord> Optional<T> decoded(
            Topic topic, ConsumerRecord<byte[], byte[]> record, Class<T> type) {
        return codec.decode(topic, record.value(), type) instanceof Decoded.Good<T> good
                ? Optional.of(good.value())
                : Optional.empty();
    }

    /** First offset that a manifest has not learned, for each journal partition. */
    public static long[] learnedTo(CheckpointManifest manifest, int partitions) {
        long[] to = new long[partitions];
        for (OffsetRange range : manifest.getJournal()) {
            to[range.getPartition()] = range.getTo();
        }
        return to;
    }

    @Override
    public void close() {
        consumer.close();
        codec.close();
    }
}
