package io.decant.trainer.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
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
import io.decant.trainer.journal.JournalLearner;
import io.decant.trainer.journal.JournalRecord;
import io.decant.trainer.journal.MemoryJournal;
import io.decant.trainer.journal.PairReader;
import io.decant.trainer.learn.Learner;
import io.decant.trainer.learn.PredictionListener;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Equal digests prove something only if they would not be equal otherwise: each small change of
 * what was learned gives other digests, and a replay that meets it does not say equal.
 */
class NegativeControlsTest {
    private static final String TOPIC_ID = "a-journal";
    private static final int INPUTS = 6;
    private static final int CLASSES = 3;
    private static final int PER_PARTITION = 100;
    private static final int PER_VERSION = 45;

    private final FakeRegistry registry = FakeRegistry.start();
    private final ClusterSettings cluster = ClusterSettings.of("unused:9092", registry.url());
    private final RecordCodec codec = new RecordCodec(cluster);

    /** Two partitions in the order in which they were learned. */
    private final List<JournalRecord> journal = journal();

    private final List<Lineage> lineage = learn(journal, 1);

    @AfterEach
    void close() {
        codec.close();
        registry.close();
    }

    @Test
    void anUnchangedJournalGivesTheSameDigestsAndReplaysAsEqual() {
        assertThat(learn(journal, 1)).isEqualTo(lineage).hasSizeGreaterThan(3);
        assertThat(replay(lineage, journal)).hasOnlyElementsOfType(Verdict.Equal.class);
    }

    @Test
    void anotherSeedGivesOtherDigests() {
        // Given the same journal
        // When it is learned with another seed
        List<Lineage> other = learn(journal, 2);

        // Then no version is the same
        assertThat(digests(other)).doesNotContainAnyElementsOf(digests(lineage));

        // And a replay that is told another seed than the model's does not say equal
        List<Lineage> forged = new ArrayList<>();
        for (Lineage version : lineage) {
            Map<String, String> settings = new java.util.HashMap<>(version.getConfiguration());
            settings.put("seed", "2");
            forged.add(Lineage.newBuilder(version).setConfiguration(settings).setSeed(2).build());
        }
        assertThat(replay(forged, journal).get(0))
                .isInstanceOfSatisfying(
                        Verdict.Differs.class,
                        differs -> assertThat(differs.difference()).contains("the weights have"));
    }

    @Test
    void whatAGpuLearnedIsNeitherEqualNorDifferent() {
        // Given
        Lineage version = lineage.get(0);
        Map<String, String> settings = new java.util.HashMap<>(version.getConfiguration());
        settings.put("device", "cuda:1");
        Lineage onGpu = Lineage.newBuilder(version).setConfiguration(settings).build();
        // When
        List<Verdict> verdicts = replay(List.of(onGpu), journal);
        // Then
        assertThat(verdicts)
                .singleElement()
                .isInstanceOfSatisfying(
                        Verdict.NotVerifiable.class,
                        verdict ->
                                assertThat(verdict.missing())
                                        .startsWith("it was learned on cuda:1: "));
    }

    @Test
    void oneChangedLabelIsFound() {
        found(
                records -> {
                    JournalRecord old = records.get(70);
                    records.set(70, record(old.partition(), old.offset(), 70, 1));
                });
    }

    @Test
    void oneDroppedPairIsFound() {
        found(records -> records.remove(70));
    }

    @Test
    void twoSwappedSpansAreFoundAlthoughTheJournalIsWhole() {
        // Given the lineage of a version that learned stretches of both partitions
        Lineage version = lineage.get(1);
        List<Span> spans = new ArrayList<>(version.getSpans());
        assertThat(spans).hasSizeGreaterThan(1);

        // When two of its spans are swapped
        Collections.swap(spans, 0, 1);
        List<Lineage> forged = new ArrayList<>(lineage);
        forged.set(1, Lineage.newBuilder(version).setSpans(spans).build());

        // Then that version is the first that is not equal
        List<Verdict> verdicts = replay(forged, journal);
        assertThat(verdicts).hasSize(2);
        assertThat(verdicts.get(0)).isInstanceOf(Verdict.Equal.class);
        assertThat(verdicts.get(1)).isInstanceOf(Verdict.Differs.class);

        // And learning in that order gives other bits
        int first = (int) version.getSpans().get(0).getRecords();
        int second = (int) version.getSpans().get(1).getRecords();
        List<JournalRecord> swapped = new ArrayList<>(journal);
        Collections.rotate(swapped.subList(PER_VERSION, PER_VERSION + first + second), second);
        assertThat(digests(learn(swapped, 1)).get(0)).isEqualTo(digests(lineage).get(0));
        assertThat(digests(learn(swapped, 1)).get(1)).isNotEqualTo(digests(lineage).get(1));
    }

    @Test
    void aBorderElsewhereIsFound() {
        // Given a version in which time had closed a batch
        Lineage version = lineage.get(0);
        List<Long> borders = new ArrayList<>(version.getBorders());
        assertThat(borders).hasSizeGreaterThan(1);

        // When lineage says that it was closed one pair later
        borders.set(0, borders.get(0) + 1);
        Lineage forged = Lineage.newBuilder(version).setBorders(borders).build();

        // Then the version is not equal
        assertThat(replay(List.of(forged), journal))
                .singleElement()
                .isInstanceOf(Verdict.Differs.class);
    }

    /** Learning the changed journal gives other bits, and replaying over it does not say equal. */
    private void found(Consumer<List<JournalRecord>> change) {
        List<JournalRecord> changed = new ArrayList<>(journal);
        change.accept(changed);

        List<Lineage> other = learn(changed, 1);
        assertThat(digests(other).get(0)).isEqualTo(digests(lineage).get(0));
        assertThat(digests(other).subList(1, other.size()))
                .doesNotContainAnyElementsOf(digests(lineage));

        List<Verdict> verdicts = replay(lineage, changed);
        assertThat(verdicts.get(verdicts.size() - 1))
                .isNotInstanceOf(Verdict.Equal.class)
                .extracting(Verdict::version)
                .isEqualTo(2L);
    }

    /** Weights, without the rest of the state: offsets alone would make that differ. */
    private static List<ByteBuffer> digests(List<Lineage> versions) {
        return versions.stream().map(Lineage::getWeightsDigest).toList();
    }

    private TrainerConfig config(long seed) {
        return Configuration.of(
                TrainerConfig.class,
                List.of(
                        "cluster.bootstrap-servers=unused:9092",
                        "cluster.schema-registry-url=" + registry.url(),
                        "model.dims=" + INPUTS + ",8," + CLASSES,
                        "model.input.shape=" + INPUTS,
                        "seed=" + seed));
    }

    /** As a trainer does, with a border by time in the middle of each version. */
    private List<Lineage> learn(List<JournalRecord> records, long seed) {
        TrainerConfig config = config(seed);
        Learner alone = Learner.genesis(config.learning(), PredictionListener.NONE);
        PairReader reader = config.pairs(codec, seed);
        List<Lineage> versions = new ArrayList<>();
        try (JournalLearner learner = new JournalLearner(TOPIC_ID, alone, List.of(0L, 0L))) {
            for (JournalRecord record : records) {
                learner.take(record, reader.read(record.value()));
                if (learner.records() == PER_VERSION / 4) {
                    learner.border();
                } else if (learner.records() == PER_VERSION) {
                    versions.add(version(learner, versions.size() + 1, config));
                }
            }
        }
        return versions;
    }

    private static Lineage version(JournalLearner learner, long number, TrainerConfig config) {
        JournalLearner.Version made = learner.endVersion("student", number, false, config.bits());
        return WrittenLineage.of(made.state(), made.intake(), false, config.seed());
    }

    /** Verdicts up to the first that is not equal. */
    private List<Verdict> replay(List<Lineage> versions, List<JournalRecord> records) {
        List<Verdict> verdicts = new ArrayList<>();
        try (LineageFollower follower =
                new LineageFollower(
                        cluster,
                        codec,
                        inMemory(records),
                        Optional.empty(),
                        PredictionListener.NONE)) {
            for (Lineage version : versions) {
                Verdict verdict = follower.follow(version);
                verdicts.add(verdict);
                if (!(verdict instanceof Verdict.Equal)) {
                    break;
                }
            }
        }
        return verdicts;
    }

    private static MemoryJournal inMemory(List<JournalRecord> records) {
        List<List<JournalRecord>> partitions =
                IntStream.range(0, 2)
                        .mapToObj(
                                partition ->
                                        records.stream()
                                                .filter(record -> record.partition() == partition)
                                                .toList())
                        .toList();
        return new MemoryJournal(TOPIC_ID, partitions, partition -> 0);
    }

    /** Stretches of random length from two partitions, every second pair labelled. */
    private List<JournalRecord> journal() {
        Random random = new Random(5);
        List<JournalRecord> records = new ArrayList<>();
        long[] next = new long[2];
        while (next[0] < PER_PARTITION || next[1] < PER_PARTITION) {
            int partition = random.nextInt(2);
            for (int left = 1 + random.nextInt(9);
                    left > 0 && next[partition] < PER_PARTITION;
                    left--) {
                int index = records.size();
                records.add(record(partition, next[partition]++, index, index % 2 == 0 ? 0 : 2));
            }
        }
        return records;
    }

    /** The sample of that number, with one of three labels. */
    private JournalRecord record(int partition, long offset, int index, int label) {
        Random random = new Random(index);
        String id = "sample-" + index;
        byte[] features = new byte[INPUTS];
        random.nextBytes(features);
        ByteBuffer logits =
                ByteBuffer.allocate(CLASSES * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int c = 0; c < CLASSES; c++) {
            logits.putFloat((float) random.nextGaussian());
        }
        SoftTarget answer =
                SoftTarget.newBuilder()
                        .setSampleId(id)
                        .setTeacherId("teacher")
                        .setTeacherVersion(new Prefix8(new byte[8]))
                        .setOutcome(Outcome.SCORED)
                        .setClassCount(CLASSES)
                        .setTemperature(3)
                        .setEncoding(Encoding.F32)
                        .setPayload(logits.flip())
                        .setFeatureHash(new Prefix8(new byte[8]))
                        .setSamplePartition(partition)
                        .setSampleOffset(offset)
                        .setEventTimeMillis(1)
                        .build();
        TrainingPair pair =
                TrainingPair.newBuilder()
                        .setKind(PairKind.LABELLED)
                        .setSampleId(id)
                        .setFeatures(
                                new Tensor(DType.U8, List.of(INPUTS), ByteBuffer.wrap(features)))
                        .setSoftTargets(List.of(answer))
                        .setLabel(new Label(id, label, null, "test", 1L))
                        .setSamplePartition(partition)
                        .setSampleOffset(offset)
                        .setEventTimeMillis(1)
                        .build();
        return new JournalRecord(
                partition,
                offset,
                1,
                id.getBytes(StandardCharsets.UTF_8),
                codec.encode(Topic.TRAINING_PAIRS, pair));
    }
}
