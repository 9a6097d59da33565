package io.decant.cli.demo;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.stage.Stage;
import io.decant.records.CheckpointManifest;
import io.decant.records.Lineage;
import io.decant.records.OffsetRange;
import io.decant.records.PairKind;
import io.decant.records.TeacherCard;
import io.decant.records.TrainingPair;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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
final class RunWatch implements Stage {
    private final Topics topics;
    private final String model;
    private final RecordCodec codec;
    private final Consumer<byte[], byte[]> consumer;
    private final View view;

    /** What was seen so far. <i>Thread-safe.</i> */
    static final class View {
        /**
         * A published version.
         *
         * @param seenAtMillis when a read_committed consumer could first see it
         */
        record Version(CheckpointManifest manifest, long seenAtMillis) {}

        /** A pair's first appearance in the journal. */
        record FirstPair(String sampleId, int partition, long offset, long producedAtMillis) {}

        private final Map<Long, Version> versions = new TreeMap<>();
        private final NavigableMap<Long, Lineage> lineage = new TreeMap<>();
        private final Map<String, TeacherCard> teachers = new TreeMap<>();
        private final List<FirstPair> firstPairs = new ArrayList<>();
        private final Set<String> awaitingCorrection = new HashSet<>();
        private long deadLetters;

        synchronized List<Version> versions() {
            return List.copyOf(versions.values());
        }

        /** How versions came to be, by version. */
        synchronized NavigableMap<Long, Lineage> lineage() {
            return new TreeMap<>(lineage);
        }

        synchronized List<TeacherCard> teachers() {
            return List.copyOf(teachers.values());
        }

        synchronized List<FirstPair> firstPairs() {
            return List.copyOf(firstPairs);
        }

        synchronized int pairs() {
            return firstPairs.size();
        }

        synchronized long deadLetters() {
            return deadLetters;
        }

        /** What was published as a version; empty until all its records were seen. */
        synchronized Optional<Version> version(long number) {
            return Optional.ofNullable(lineage.containsKey(number) ? versions.get(number) : null);
        }

        /** How many of these ids were paired without their label and have not been corrected. */
        synchronized long awaitingCorrection(Stream<String> ids) {
            return ids.filter(awaitingCorrection::contains).count();
        }

        private synchronized void pair(ConsumerRecord<byte[], byte[]> record, TrainingPair pair) {
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

        synchronized void version(CheckpointManifest manifest, long seenAtMillis) {
            versions.putIfAbsent(manifest.getVersion(), new Version(manifest, seenAtMillis));
        }

        synchronized void lineage(Lineage made) {
            lineage.putIfAbsent(made.getVersion(), made);
        }

        synchronized void teacher(TeacherCard card) {
            teachers.put(card.getTeacherId(), card);
        }

        private synchronized void deadLetter() {
            deadLetters++;
        }
    }

    RunWatch(ClusterSettings cluster, String model, View view) {
        this.topics = cluster.topics();
        this.model = model;
        this.view = view;
        this.codec = new RecordCodec(cluster);
        this.consumer =
                new Clients(cluster)
                        .consumer("decant-demo-watch", Map.of("auto.offset.reset", "earliest"));
        List<TopicPartition> all =
                Stream.of(
                                Topic.TRAINING_PAIRS,
                                Topic.MODEL_REGISTRY,
                                Topic.LINEAGE,
                                Topic.DEAD_LETTERS)
                        .flatMap(
                                topic ->
                                        IntStream.range(0, topics.partitions(topic))
                                                .mapToObj(
                                                        p ->
                                                                new TopicPartition(
                                                                        topics.name(topic), p)))
                        .toList();
        consumer.assign(all);
        consumer.seekToBeginning(all);
    }

    @Override
    public String name() {
        return "demo-watch";
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
        if (record.topic().equals(topics.name(Topic.TRAINING_PAIRS))) {
            decoded(Topic.TRAINING_PAIRS, record, TrainingPair.class)
                    .ifPresent(pair -> view.pair(record, pair));
        } else if (record.topic().equals(topics.name(Topic.DEAD_LETTERS))) {
            view.deadLetter();
        } else if (record.value() != null) {
            describe(record, new String(record.key(), StandardCharsets.UTF_8));
        }
    }

    private void describe(ConsumerRecord<byte[], byte[]> record, String key) {
        if (key.startsWith("teacher/")) {
            decoded(Topic.MODEL_REGISTRY, record, TeacherCard.class).ifPresent(view::teacher);
        } else if (!key.startsWith(model + "/") || key.startsWith(model + "/@")) {
            // An alias, or another model's.
            return;
        } else if (record.topic().equals(topics.name(Topic.LINEAGE))) {
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
    static long[] learnedTo(CheckpointManifest manifest, int partitions) {
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
