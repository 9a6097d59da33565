package io.decant.trainer.rerun;

import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.CheckpointManifest;
import io.decant.records.DType;
import io.decant.records.Encoding;
import io.decant.records.Label;
import io.decant.records.Lineage;
import io.decant.records.Outcome;
import io.decant.records.PairKind;
import io.decant.records.Prefix8;
import io.decant.records.SoftTarget;
import io.decant.records.Tensor;
import io.decant.records.TrainingPair;
import io.decant.serde.testing.FakeRegistry;
import io.decant.topics.Topic;
import io.decant.trainer.TrainerConfig;
import io.decant.trainer.journal.JournalLearner;
import io.decant.trainer.journal.JournalRecord;
import io.decant.trainer.journal.JournalSource;
import io.decant.trainer.journal.MemoryJournal;
import io.decant.trainer.journal.PairReader;
import io.decant.trainer.learn.Learner;
import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.learn.PredictionListener;
import io.decant.trainer.replay.ModelHistory;
import io.decant.trainer.replay.WrittenLineage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A journal in memory, learned by a live model as a trainer would: partitions in turns that chance
 * decides, batches closed by time, versions of any size. <i>Owned by the test's thread.</i>
 */
final class LearnedJournal implements ModelHistory {
    static final String TOPIC_ID = "journal-1";
    static final int INPUTS = 12;
    static final long APPENDED_MILLIS = 1_000;
    static final int CLASSES = 4;

    /** Records of one partition that a poll brings. */
    private static final int PER_TURN = 5;

    private final FakeRegistry registry = FakeRegistry.start();
    private final ClusterSettings cluster = ClusterSettings.of("unused:9092", registry.url());
    private final List<List<JournalRecord>> partitions = new ArrayList<>();
    private final NavigableMap<Long, Lineage> lineage = new TreeMap<>();
    private final Map<Long, LearnerState> states = new HashMap<>();
    private final String model;

    private LearnedJournal(String model) {
        this.model = model;
        for (int p = 0; p < cluster.samplePartitions(); p++) {
            partitions.add(new ArrayList<>());
        }
    }

    /**
     * Makes records and learns them.
     *
     * @param oddSample the sample whose features come from another source of chance
     */
    static LearnedJournal of(int samples, long seed, int oddSample, long oddSeed) {
        LearnedJournal journal = new LearnedJournal("student");
        journal.fill(samples, new Random(seed), oddSample, new Random(oddSeed));
        journal.learn(new Random(seed + 1));
        return journal;
    }

    static LearnedJournal of(int samples, long seed) {
        return of(samples, seed, -1, 0);
    }

    static String id(int sample) {
        return "s" + sample;
    }

    private void fill(int samples, Random random, int oddSample, Random odd) {
        try (RecordCodec codec = openCodec()) {
            List<TrainingPair> unlabelled = new ArrayList<>();
            for (int i = 0; i < samples; i++) {
                byte[] features = new byte[INPUTS];
                random.nextBytes(features);
                if (i == oddSample) {
                    odd.nextBytes(features);
                }
                int label = (features[0] & 0xff) % CLASSES;
                PairKind kind =
                        random.nextInt(20) == 0
                                ? PairKind.GATE
                                : random.nextBoolean() ? PairKind.LABELLED : PairKind.SOFT_ONLY;
                if (i == oddSample) {
                    kind = PairKind.SOFT_ONLY;
                }
                TrainingPair pair = pair(id(i), kind, features, label);
                append(pair.getSampleId(), codec.encode(Topic.TRAINING_PAIRS, pair));
                if (kind == PairKind.SOFT_ONLY) {
                    unlabelled.add(pair(id(i), PairKind.LABEL_CORRECTION, features, label));
                }
                if (unlabelled.size() > 20) {
                    TrainingPair correction = unlabelled.remove(0);
                    append(
                            correction.getSampleId(),
                            codec.encode(Topic.TRAINING_PAIRS, correction));
                }
                if (random.nextInt(50) == 0) {
                    append("broken-" + i, new byte[] {1, 2, 3});
                }
            }
        }
    }

    private void append(String id, byte[] value) {
        int partition = cluster.topics().samplePartition(id);
        List<JournalRecord> log = partitions.get(partition);
        // Commit markers take offsets too.
        long offset = log.isEmpty() ? 0 : log.get(log.size() - 1).offset() + 1;
        offset += log.size() % 17 == 16 ? 1 : 0;
        log.add(
                new JournalRecord(
                        partition,
                        offset,
                        APPENDED_MILLIS,
                        id.getBytes(StandardCharsets.UTF_8),
                        value));
    }

    static TrainingPair pair(String id, PairKind kind, byte[] features, int label) {
        boolean taught = kind == PairKind.LABELLED || kind == PairKind.SOFT_ONLY;
        boolean labelled = kind == PairKind.LABELLED || kind == PairKind.LABEL_CORRECTION;
        ByteBuffer logits =
                ByteBuffer.allocate(CLASSES * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int c = 0; c < CLASSES; c++) {
            logits.putFloat(c == label ? 2f : features[c + 1] / 128f);
        }
        SoftTarget answer =
                SoftTarget.newBuilder()
                        .setSampleId(id)
                        .setTeacherId("teacher-a")
                        .setTeacherVersion(new Prefix8(new byte[8]))
                        .setOutcome(Outcome.SCORED)
                        .setClassCount(CLASSES)
                        .setTemperature(3)
                        .setEncoding(Encoding.F32)
                        .setPayload(logits.flip())
                        .setFeatureHash(new Prefix8(new byte[8]))
                        .setSamplePartition(0)
                        .setSampleOffset(0)
                        .setEventTimeMillis(1)
                        .build();
        return TrainingPair.newBuilder()
                .setKind(kind)
                .setSampleId(id)
                .setFeatures(new Tensor(DType.U8, List.of(INPUTS), ByteBuffer.wrap(features)))
                .setSoftTargets(taught ? List.of(answer) : List.of())
                .setLabel(labelled ? new Label(id, label, null, "test", 1L) : null)
                .setSamplePartition(0)
                .setSampleOffset(0)
                .setEventTimeMillis(1)
                .build();
    }

    /** The live model's settings, half way through another weight of the teacher. */
    TrainerConfig config(String alpha) {
        return TrainerConfig.of(
                cluster,
                Map.of(
                        "model.dims",
                        INPUTS + ",16," + CLASSES,
                        "model.input.shape",
                        Integer.toString(INPUTS),
                        "seed",
                        "7",
                        "alpha",
                        alpha));
    }

    /**
     * Half way the stream seems to have ended, and the trainer comes back with another setting; and
     * what it would have learned next of one partition is lost to it.
     */
    private void learn(Random random) {
        List<Integer> turns = new ArrayList<>();
        for (int p = 0; p < partitions.size(); p++) {
            turns.addAll(Collections.nCopies(partitions.get(p).size() / PER_TURN + 1, p));
        }
        Collections.shuffle(turns, random);
        int half = turns.size() / 2;
        Learning learning = new Learning(config("0.7"), random);
        learning.take(turns.subList(0, half));
        learning = new Learning(config("0.6"), random);
        learning.lose(3, 7);
        learning.take(turns.subList(half, turns.size()));
    }

    /** The live model's trainer between two starts. */
    private final class Learning {
        private final TrainerConfig config;
        private final Random random;
        private final List<Long> start;
        private final Map<Integer, Long> lostTo = new HashMap<>();

        Learning(TrainerConfig config, Random random) {
            this.config = config;
            this.random = random;
            this.start =
                    lineage.isEmpty()
                            ? partitions.stream().map(log -> 0L).toList()
                            : newest().header().nextOffsets();
        }

        void lose(int partition, int records) {
            lostTo.put(
                    partition,
                    partitions.get(partition).stream()
                            .map(JournalRecord::offset)
                            .filter(offset -> offset >= start.get(partition))
                            .skip(records)
                            .findFirst()
                            .orElseThrow());
        }

        void take(List<Integer> turns) {
            Learner alone =
                    lineage.isEmpty()
                            ? Learner.genesis(config.learning(), PredictionListener.NONE)
                            : Learner.restore(config.learning(), newest(), PredictionListener.NONE);
            try (RecordCodec codec = openCodec();
                    JournalLearner learner = new JournalLearner(TOPIC_ID, alone, start)) {
                PairReader reader = config.pairs(codec, 7);
                lostTo.forEach(learner::skip);
                for (int p : turns) {
                    List<Long> next = learner.nextOffsets();
                    partitions.get(p).stream()
                            .filter(record -> record.offset() >= next.get(p))
                            .limit(PER_TURN)
                            .forEach(record -> learner.take(record, reader.read(record.value())));
                    if (random.nextInt(6) == 0 && learner.learner().hasOpen()) {
                        learner.border();
                    }
                    if (random.nextInt(8) == 0 && learner.records() > 0) {
                        end(learner, false);
                    }
                }
                end(learner, true);
            }
        }

        private void end(JournalLearner learner, boolean finished) {
            long version = lineage.isEmpty() ? 1 : lineage.lastKey() + 1;
            JournalLearner.Version ended =
                    learner.endVersion(model, version, finished, config.bits());
            states.put(version, ended.state());
            lineage.put(version, WrittenLineage.of(ended.state(), ended.intake(), finished, 7));
        }
    }

    /** Forgets versions, as retention does. */
    void expireLineageUpTo(long version) {
        lineage.headMap(version, true).clear();
    }

    /** Forgets the oldest records of a partition, as retention does. */
    void expireJournalBefore(int partition, long offset) {
        partitions.get(partition).removeIf(record -> record.offset() < offset);
    }

    /** First offset after each partition. */
    List<Long> ends() {
        return partitions.stream().map(log -> log.get(log.size() - 1).offset() + 1).toList();
    }

    long records() {
        return partitions.stream().mapToLong(List::size).sum();
    }

    LearnerState newest() {
        return states.get(lineage.lastKey());
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public ClusterSettings cluster() {
        return cluster;
    }

    @Override
    public String journalTopicId() {
        return TOPIC_ID;
    }

    @Override
    public NavigableMap<Long, Lineage> lineage() {
        return lineage;
    }

    @Override
    public NavigableMap<Long, CheckpointManifest> manifests() {
        return new TreeMap<>();
    }

    @Override
    public NavigableSet<Long> states() {
        return new TreeSet<>(Set.of(lineage.lastKey()));
    }

    @Override
    public Optional<LearnerState> state(long version) {
        return Optional.ofNullable(states.get(version));
    }

    @Override
    public JournalSource openJournal() {
        return new MemoryJournal(
                TOPIC_ID,
                partitions,
                partition -> {
                    List<JournalRecord> log = partitions.get(partition);
                    return log.isEmpty() ? 0 : log.get(0).offset();
                });
    }

    @Override
    public RecordCodec openCodec() {
        return new RecordCodec(cluster);
    }

    @Override
    public void close() {
        registry.close();
    }
}
