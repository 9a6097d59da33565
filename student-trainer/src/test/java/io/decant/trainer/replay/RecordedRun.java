package io.decant.trainer.replay;

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
import io.decant.records.Span;
import io.decant.records.Tensor;
import io.decant.records.TrainingPair;
import io.decant.serde.testing.FakeRegistry;
import io.decant.topics.Topic;
import io.decant.trainer.TrainerConfig;
import io.decant.trainer.WarmStart;
import io.decant.trainer.gate.GateDecision;
import io.decant.trainer.journal.JournalLearner;
import io.decant.trainer.journal.JournalRecord;
import io.decant.trainer.journal.JournalSource;
import io.decant.trainer.journal.MemoryJournal;
import io.decant.trainer.journal.PairReader;
import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.learn.PredictionListener;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A small model that was learned as a live trainer learns, with its journal, lineage and states in
 * memory; tests damage it. <i>Owned by one thread, and by a replay's reader.</i>
 */
public final class RecordedRun implements ModelHistory {
    public static final String TOPIC_ID = "journal-topic-id-22222";

    private static final int INPUTS = 12;
    private static final int CLASSES = 4;
    private static final int PARTITIONS = 2;

    /** By partition, in order; offsets have holes, as transactions leave them. */
    public final List<List<JournalRecord>> journal = new ArrayList<>();

    public final long[] beginnings = new long[PARTITIONS];
    public final NavigableMap<Long, Lineage> lineage = new TreeMap<>();
    public final NavigableMap<Long, LearnerState> states = new TreeMap<>();
    public final TrainerConfig config;

    /** What the gate said of each version. */
    public final NavigableMap<Long, GateDecision> gate = new TreeMap<>();

    private final ClusterSettings cluster;
    private final SplittableRandom random;

    /** Learns so many versions of about 80 records each; every fourth state is kept. */
    public RecordedRun(FakeRegistry registry, int versions, long seed) {
        this(registry, versions, seed, "");
    }

    /**
     * As {@link #RecordedRun(FakeRegistry, int, long)}, of a model that may begin with a file.
     *
     * @param init the file; empty without one
     */
    public RecordedRun(FakeRegistry registry, int versions, long seed, String init) {
        cluster = ClusterSettings.of("unused:1", registry.url());
        random = new SplittableRandom(seed);
        config =
                TrainerConfig.of(
                        cluster,
                        Map.of(
                                "init",
                                init,
                                "model.dims",
                                INPUTS + ",16," + CLASSES,
                                "model.input.shape",
                                Integer.toString(INPUTS),
                                "gate.mode",
                                "enforcing",
                                "gate.share",
                                "0.2",
                                "gate.window",
                                "40",
                                "gate.minimum",
                                "20",
                                "gate.tolerance",
                                "0.02",
                                "seed",
                                "7"));
        for (int partition = 0; partition < PARTITIONS; partition++) {
            journal.add(new ArrayList<>());
        }
        Optional<WarmStart> warm = WarmStart.of(config, Optional.empty());
        Map<String, String> bits = config.bits(warm.map(WarmStart::digest).orElse(""));
        try (RecordCodec codec = new RecordCodec(cluster);
                JournalLearner learner =
                        new JournalLearner(
                                TOPIC_ID,
                                WarmStart.genesis(config.learning(), warm, PredictionListener.NONE),
                                List.of(0L, 0L))) {
            PairReader reader = config.pairs(codec, 7);
            List<String> unlabelled = new ArrayList<>();
            for (long version = 1; version <= versions; version++) {
                int records = 60 + random.nextInt(40);
                for (int i = 0; i < records; i++) {
                    JournalRecord record = append(codec, unlabelled);
                    learner.take(record, reader.read(record.value()));
                    // At least one border in each version that its pairs do not explain.
                    boolean early = i == 10 || random.nextInt(40) == 0;
                    if (early && learner.learner().hasOpen()) {
                        learner.border();
                    }
                }
                boolean finished = version == versions;
                JournalLearner.Version ended =
                        learner.endVersion("student", version, finished, bits);
                gate.put(version, ended.gate());
                lineage.put(version, WrittenLineage.of(ended.state(), ended.intake(), finished, 7));
                if (version % 4 == 0) {
                    states.put(version, ended.state());
                }
            }
        }
    }

    private JournalRecord append(RecordCodec codec, List<String> unlabelled) {
        int partition = random.nextInt(PARTITIONS);
        List<JournalRecord> log = journal.get(partition);
        long offset = log.isEmpty() ? 0 : log.get(log.size() - 1).offset() + 1 + random.nextInt(2);
        String id = "s-" + partition + "-" + offset;
        byte[] value =
                random.nextInt(50) == 0
                        ? "no Avro at all".getBytes(StandardCharsets.UTF_8)
                        : codec.encode(Topic.TRAINING_PAIRS, pair(id, unlabelled));
        byte[] key = random.nextInt(50) == 0 ? null : id.getBytes(StandardCharsets.UTF_8);
        JournalRecord record = new JournalRecord(partition, offset, 1_000 + offset, key, value);
        log.add(record);
        return record;
    }

    private TrainingPair pair(String id, List<String> unlabelled) {
        byte[] features = new byte[INPUTS];
        random.nextBytes(features);
        int dice = random.nextInt(10);
        boolean correction = dice == 0 && !unlabelled.isEmpty();
        PairKind kind =
                correction
                        ? PairKind.LABEL_CORRECTION
                        : dice < 5
                                ? PairKind.LABELLED
                                : dice < 9 ? PairKind.SOFT_ONLY : PairKind.GATE;
        String about = correction ? unlabelled.remove(0) : id;
        if (kind == PairKind.SOFT_ONLY) {
            unlabelled.add(id);
        }
        boolean labelled = kind == PairKind.LABELLED || correction;
        return TrainingPair.newBuilder()
                .setKind(kind)
                .setSampleId(about)
                .setFeatures(new Tensor(DType.U8, List.of(INPUTS), ByteBuffer.wrap(features)))
                .setSoftTargets(
                        kind == PairKind.LABELLED || kind == PairKind.SOFT_ONLY
                                ? List.of(answer(about))
                                : List.of())
                .setLabel(
                        labelled
                                ? new Label(about, random.nextInt(CLASSES), null, "test", 1L)
                                : null)
                .setSamplePartition(0)
                .setSampleOffset(0)
                .setEventTimeMillis(1)
                .build();
    }

    private SoftTarget answer(String id) {
        ByteBuffer logits =
                ByteBuffer.allocate(CLASSES * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int c = 0; c < CLASSES; c++) {
            logits.putFloat((float) random.nextGaussian());
        }
        return SoftTarget.newBuilder()
                .setSampleId(id)
                .setTeacherId("teacher")
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
    }

    /** The record that a version learned first. */
    public JournalRecord firstRecordOf(long version) {
        Span span = lineage.get(version).getSpans().get(0);
        return journal.get(span.getPartition()).stream()
                .filter(record -> record.offset() == span.getFirstOffset())
                .findFirst()
                .orElseThrow();
    }

    /** Puts another record in its place. */
    public void replace(JournalRecord old, JournalRecord with) {
        List<JournalRecord> log = journal.get(old.partition());
        log.set(log.indexOf(old), with);
    }

    /** Retention takes everything that versions before this one learned. */
    public void expireJournalBefore(long version) {
        List<Long> first = lineage.get(version).getStartOffsets();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            long beginning = first.get(partition);
            beginnings[partition] = beginning;
            journal.get(partition).removeIf(record -> record.offset() < beginning);
        }
    }

    @Override
    public String model() {
        return "student";
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
        return states.navigableKeySet();
    }

    @Override
    public Optional<LearnerState> state(long version) {
        return Optional.ofNullable(states.get(version));
    }

    @Override
    public JournalSource openJournal() {
        return new MemoryJournal(TOPIC_ID, journal, partition -> beginnings[partition]);
    }

    @Override
    public RecordCodec openCodec() {
        return new RecordCodec(cluster);
    }

    @Override
    public void close() {
        // It is only memory.
    }
}
