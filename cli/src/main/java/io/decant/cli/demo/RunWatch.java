package io.decant.cli.demo;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.stage.Stage;
import io.decant.records.CheckpointManifest;
import io.decant.records.OffsetRange;
import io.decant.records.PairKind;
import io.decant.records.TrainingPair;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Watches a run from outside, as any consumer could: the journal, the model registry and the dead
 * letters. <i>Owned by one thread</i>, but {@link View} may be read by any.
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
        private final List<FirstPair> firstPairs = new ArrayList<>();
        private final Set<String> awaitingCorrection = new HashSet<>();
        private final Map<Integer, Long> journalEnd = new HashMap<>();
        private int corrections;
        private long deadLetters;

        synchronized List<Version> versions() {
            return List.copyOf(versions.values());
        }

        synchronized List<FirstPair> firstPairs() {
            return List.copyOf(firstPairs);
        }

        synchronized int pairs() {
            return firstPairs.size();
        }

        synchronized int corrections() {
            return corrections;
        }

        synchronized long deadLetters() {
            return deadLetters;
        }

        /** How many of these ids were paired without their label and have not been corrected. */
        synchronized long awaitingCorrection(Stream<String> ids) {
            return ids.filter(awaitingCorrection::contains).count();
        }

        /** First offset after the last record seen, for each journal partition. */
        synchronized Map<Integer, Long> journalEnd() {
            return Map.copyOf(journalEnd);
        }

        private synchronized void pair(ConsumerRecord<byte[], byte[]> record, TrainingPair pair) {
            journalEnd.put(record.partition(), record.offset() + 1);
            if (pair.getKind() == PairKind.LABEL_CORRECTION) {
                corrections++;
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

        private synchronized void version(CheckpointManifest manifest, long seenAtMillis) {
            versions.putIfAbsent(manifest.getVersion(), new Version(manifest, seenAtMillis));
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
                Stream.of(Topic.TRAINING_PAIRS, Topic.MODEL_REGISTRY, Topic.DEAD_LETTERS)
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
        String journal = topics.name(Topic.TRAINING_PAIRS);
        String registry = topics.name(Topic.MODEL_REGISTRY);
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
            done++;
            if (record.topic().equals(journal)) {
                if (codec.decode(Topic.TRAINING_PAIRS, record.value(), TrainingPair.class)
                        instanceof Decoded.Good<TrainingPair> good) {
                    view.pair(record, good.value());
                }
            } else if (!record.topic().equals(registry)) {
                view.deadLetter();
            } else if (record.value() != null
                    && isVersion(record)
                    && codec.decode(Topic.MODEL_REGISTRY, record.value(), CheckpointManifest.class)
                            instanceof Decoded.Good<CheckpointManifest> good) {
                view.version(good.value(), System.currentTimeMillis());
            }
        }
        return done;
    }

    private boolean isVersion(ConsumerRecord<byte[], byte[]> record) {
        String key = new String(record.key(), StandardCharsets.UTF_8);
        return key.startsWith(model + "/") && !key.startsWith(model + "/@");
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
