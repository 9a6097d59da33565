package io.decant.trainer.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.trace.Traces;
import io.decant.records.DeadLetter;
import io.decant.records.DeadLetterReason;
import io.decant.records.Label;
import io.decant.records.PairKind;
import io.decant.records.Sample;
import io.decant.records.SoftTarget;
import io.decant.records.TrainingPair;
import io.decant.topics.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The adapter on Kafka's own test driver, which plays one partition. */
class JoinTopologyTest {
    @TempDir Path folder;

    private final SamplesTopic samples = new SamplesTopic("decant.samples", 100);
    private final JoinCounters counters = new JoinCounters();
    private TopologyTestDriver driver;
    private RecordCodec codec;
    private long nowMillis = Examples.EVENT_MILLIS;
    private long samplesProduced;

    private JoinerConfig config(String... settings) {
        return Configuration.of(
                JoinerConfig.class,
                Stream.concat(
                                Stream.of(
                                        "cluster.bootstrap-servers=unused:1",
                                        "cluster.schema-registry-url=http://unused:1",
                                        "cluster.sample-partitions=1",
                                        "cluster.value-serializer="
                                                + PlainAvro.Writer.class.getName(),
                                        "cluster.value-deserializer="
                                                + PlainAvro.Reader.class.getName(),
                                        "state-dir=" + folder),
                                Stream.of(settings))
                        .toList());
    }

    private void start(String... settings) {
        JoinerConfig config = config(settings);
        codec = new RecordCodec(config.cluster());
        driver =
                new TopologyTestDriver(
                        JoinTopology.of(
                                new JoinSetup(
                                        config,
                                        () -> new RecordCodec(config.cluster()),
                                        () -> samples,
                                        () -> Instant.ofEpochMilli(nowMillis),
                                        counters,
                                        Traces.of("joiner", config.tracing()))),
                        StreamsSettings.of(config),
                        Instant.ofEpochMilli(nowMillis));
    }

    @AfterEach
    void stop() {
        if (driver != null) {
            driver.close();
        }
    }

    private void send(Topic topic, String key, byte[] value) {
        TestInputTopic<byte[], byte[]> input =
                driver.createInputTopic(
                        "decant." + topic.suffix(),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        input.pipeInput(new TestRecord<>(bytes(key), value, Instant.ofEpochMilli(nowMillis)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Position sample(String id) {
        byte[] value = codec.encode(Topic.SAMPLES, Examples.sample(id));
        samples.append(bytes(id), value);
        send(Topic.SAMPLES, id, value);
        return new Position(0, samplesProduced++);
    }

    private void softTarget(String id, Position at) {
        softTarget(id, at, "big");
    }

    private void softTarget(String id, Position at, String teacher) {
        send(
                Topic.SOFT_TARGETS,
                id,
                codec.encode(
                        Topic.SOFT_TARGETS, Examples.softTarget(Examples.sample(id), at, teacher)));
    }

    private void label(String id, int classIndex) {
        send(Topic.LABELS, id, codec.encode(Topic.LABELS, Examples.label(id, classIndex)));
    }

    private List<TrainingPair> pairs() {
        return read(Topic.TRAINING_PAIRS, TrainingPair.class);
    }

    private List<DeadLetter> deadLetters() {
        return read(Topic.DEAD_LETTERS, DeadLetter.class);
    }

    private <T extends SpecificRecord> List<T> read(Topic topic, Class<T> type) {
        TestOutputTopic<byte[], byte[]> output =
                driver.createOutputTopic(
                        "decant." + topic.suffix(),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        return output.readRecordsToList().stream()
                .map(
                        record ->
                                ((Decoded.Good<T>) codec.decode(topic, record.value(), type))
                                        .value())
                .toList();
    }

    private long states() {
        long count = 0;
        try (KeyValueIterator<byte[], byte[]> all =
                driver.<byte[], byte[]>getKeyValueStore(JoinTopology.STORE).all()) {
            while (all.hasNext()) {
                all.next();
                count++;
            }
        }
        return count;
    }

    @Test
    void theTopologysNamesAreFixedBecauseTheChangelogIsNamedAfterThem() {
        // When
        start();

        // Then
        assertThat(
                        JoinTopology.of(
                                        new JoinSetup(
                                                config(),
                                                () -> codec,
                                                () -> samples,
                                                null,
                                                counters,
                                                Traces.of("joiner", config().tracing())))
                                .describe()
                                .toString())
                .isEqualToNormalizingWhitespace(
                        """
                        Topologies:
                           Sub-topology: 0
                            Source: labels (topics: [decant.labels])
                              --> join
                            Source: samples (topics: [decant.samples])
                              --> join
                            Source: soft-targets (topics: [decant.soft-targets])
                              --> join
                            Processor: join (stores: [join-state])
                              --> dead-letters, training-pairs
                              <-- samples, soft-targets, labels
                            Sink: dead-letters (topic: decant.dead-letters)
                              <-- join
                            Sink: training-pairs (topic: decant.training-pairs)
                              <-- join
                        """);
        assertThat(JoinTopology.changelog(StreamsSettings.applicationId(config())))
                .isEqualTo("decant.joiner-join-state-changelog");
    }

    @Test
    void aPairLeavesAtOnceAndItsLabelFollows() {
        // Given
        start();
        Position at = sample("a");

        // When
        softTarget("a", at);
        label("a", 3);

        // Then
        assertThat(pairs())
                .extracting(TrainingPair::getKind)
                .containsExactly(PairKind.SOFT_ONLY, PairKind.LABEL_CORRECTION);
        assertThat(counters.snapshot())
                .containsEntry("pairs_soft_only", 1L)
                .containsEntry("pairs_label_correction", 1L)
                .containsEntry("cache_hits", 2L)
                .containsEntry("label_delays", 1L)
                .containsEntry("label_delay_millis", 250L);
    }

    @Test
    void aLabelThatCameFirstIsKeptForItsPair() {
        // Given
        start();
        Position at = sample("a");

        // When
        label("a", 3);
        softTarget("a", at);

        // Then
        assertThat(pairs())
                .singleElement()
                .satisfies(
                        pair -> {
                            assertThat(pair.getKind()).isEqualTo(PairKind.LABELLED);
                            assertThat(pair.getLabel()).isEqualTo(Examples.label("a", 3));
                            assertThat(pair.getLabelOffset()).isZero();
                            assertThat(pair.getFeatures())
                                    .isEqualTo(Examples.sample("a").getFeatures());
                        });
    }

    @Test
    void featuresThatHaveLeftTheCacheAreFetchedWithTheirNeighbours() {
        // Given
        start("sample-cache-bytes=100000");
        List<Position> at = IntStream.range(0, 2000).mapToObj(i -> sample("s" + i)).toList();
        IntStream.range(0, 2000).forEach(i -> softTarget("s" + i, at.get(i)));
        int pollsBefore = samples.polls;

        // When
        pairs();
        IntStream.range(0, 100).forEach(i -> label("s" + i, 3));

        // Then
        assertThat(pairs())
                .hasSize(100)
                .allSatisfy(
                        pair ->
                                assertThat(pair.getFeatures())
                                        .isEqualTo(
                                                Examples.sample(pair.getSampleId()).getFeatures()));
        assertThat(samples.polls - pollsBefore).isEqualTo(1);
    }

    @Test
    void aLateLabelWhoseSampleIsNoLongerInTheTopicIsCounted() {
        // Given
        start("sample-cache-bytes=0");
        softTarget("a", sample("a"));
        samples.removeBefore(1);

        // When
        label("a", 3);

        // Then
        assertThat(counters.get(JoinCount.LABEL_EXPIRED)).isEqualTo(1);
        assertThat(pairs()).hasSize(1);
        assertThat(deadLetters()).isEmpty();
    }

    @Test
    void brokenBytesAreDeadLetteredWholeAndTheJoinGoesOn() {
        // Given
        start();
        Position at = sample("a");

        // When
        send(Topic.LABELS, "a", new byte[] {9, 9});
        softTarget("a", at);

        // Then
        assertThat(deadLetters())
                .singleElement()
                .satisfies(
                        letter -> {
                            assertThat(letter.getReason()).isEqualTo(DeadLetterReason.UNDECODABLE);
                            assertThat(letter.getStage()).isEqualTo("join");
                            assertThat(letter.getTopic()).isEqualTo("decant.labels");
                            assertThat(letter.getOffset()).isZero();
                            assertThat(letter.getKey().array()).isEqualTo(bytes("a"));
                            assertThat(letter.getValue().array()).isEqualTo(new byte[] {9, 9});
                        });
        assertThat(pairs()).hasSize(1);
    }

    @Test
    void anEmptyRecordIsDeadLettered() {
        // Given
        start();

        // When
        send(Topic.SOFT_TARGETS, "a", null);

        // Then
        assertThat(deadLetters())
                .extracting(DeadLetter::getReason)
                .containsExactly(DeadLetterReason.UNDECODABLE);
    }

    @Test
    void aLabelThatWasKeptAndDoesNotFitIsDeadLetteredWithItsOwnOffset() {
        // Given
        start();
        label("other", 1);
        label("a", 10);

        // When
        softTarget("a", sample("a"));

        // Then
        assertThat(deadLetters())
                .singleElement()
                .satisfies(
                        letter -> {
                            assertThat(letter.getReason())
                                    .isEqualTo(DeadLetterReason.CLASS_OUT_OF_RANGE);
                            assertThat(letter.getTopic()).isEqualTo("decant.labels");
                            assertThat(letter.getOffset()).isEqualTo(1);
                            assertThat(letter.getTimestampMillis())
                                    .isEqualTo(Examples.EVENT_MILLIS);
                            assertThat(letter.getValue().array())
                                    .isEqualTo(codec.encode(Topic.LABELS, Examples.label("a", 10)));
                        });
        assertThat(pairs()).extracting(TrainingPair::getKind).containsExactly(PairKind.SOFT_ONLY);
    }

    @Test
    void anEventFarInTheFutureIsDeadLetteredAndEndsNoWindow() {
        // Given
        start();
        label("a", 3);
        Label future = Examples.label("b", 3);
        future.setEventTimeMillis(nowMillis + Duration.ofDays(365).toMillis());

        // When
        send(Topic.LABELS, "b", codec.encode(Topic.LABELS, future));
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        softTarget("a", sample("a"));

        // Then
        assertThat(deadLetters())
                .extracting(DeadLetter::getReason)
                .containsExactly(DeadLetterReason.FUTURE_EVENT_TIME);
        assertThat(pairs()).extracting(TrainingPair::getKind).containsExactly(PairKind.LABELLED);
    }

    @Test
    void anAnswerToOtherFeaturesIsDeadLettered() {
        // Given
        start();
        Position at = sample("a");
        Sample other = Examples.sample("other");
        other.setSampleId("a");
        SoftTarget wrong = Examples.softTarget(other, at, "big");

        // When
        send(Topic.SOFT_TARGETS, "a", codec.encode(Topic.SOFT_TARGETS, wrong));

        // Then
        assertThat(deadLetters())
                .extracting(DeadLetter::getReason)
                .containsExactly(DeadLetterReason.HASH_MISMATCH);
        assertThat(pairs()).isEmpty();
    }

    @Test
    void theSweepForgetsABoundedNumberOfStatesInATurn() {
        // Given
        start("window=1m", "sweep-states=10", "sweep-interval=100ms");
        IntStream.range(0, 25).forEach(i -> label("old" + i, 3));
        nowMillis += Duration.ofMinutes(5).toMillis();
        Label young = Examples.label("young", 3);
        young.setEventTimeMillis(nowMillis);
        send(Topic.LABELS, "young", codec.encode(Topic.LABELS, young));

        // When
        driver.advanceWallClockTime(Duration.ofMillis(100));
        long afterOneTurn = states();
        driver.advanceWallClockTime(Duration.ofMillis(100));
        driver.advanceWallClockTime(Duration.ofMillis(100));

        // Then
        assertThat(afterOneTurn).isEqualTo(16);
        assertThat(states()).isEqualTo(1);
        assertThat(counters.get(JoinCount.LABEL_UNMATCHED)).isEqualTo(25);
    }

    @Test
    void aPairThatIsKeptBackLeavesWhenItsWaitIsOver() {
        // Given
        start("soft-only-wait=500ms");
        softTarget("a", sample("a"));
        softTarget("b", sample("b"));
        label("b", 3);

        // When
        List<TrainingPair> before = pairs();
        nowMillis += 500;
        driver.advanceWallClockTime(Duration.ofMillis(500));

        // Then
        assertThat(before).extracting(TrainingPair::getKind).containsExactly(PairKind.LABELLED);
        assertThat(pairs()).extracting(TrainingPair::getSampleId).containsExactly("a");
    }

    @Test
    void aMissingTeacherHoldsAPairNoLongerThanTheBoundAlsoWhenTheStreamIsIdle() {
        // Given
        start("teachers=bigger,big", "teachers-wait=500ms");
        Position a = sample("a");
        Position b = sample("b");

        // When one sample has both answers, and nothing else arrives
        softTarget("a", a, "big");
        softTarget("b", b, "big");
        softTarget("b", b, "bigger");
        List<TrainingPair> before = pairs();
        nowMillis += 500;
        driver.advanceWallClockTime(Duration.ofMillis(500));
        List<TrainingPair> after = pairs();
        softTarget("a", a, "bigger");

        // Then
        assertThat(before)
                .singleElement()
                .satisfies(
                        pair ->
                                assertThat(pair.getSoftTargets())
                                        .extracting(SoftTarget::getTeacherId)
                                        .containsExactly("bigger", "big"));
        assertThat(after).extracting(TrainingPair::getSampleId).containsExactly("a");
        assertThat(pairs()).isEmpty();
        assertThat(counters.get(JoinCount.SOFT_TARGET_LATE_TEACHER)).isEqualTo(1);
    }

    @Test
    void morePairsKeptBackForTeachersThanTheBoundLeaveEarly() {
        // Given
        start("teachers=bigger,big", "teachers-waiting=2");

        // When
        for (String id : List.of("a", "b", "c")) {
            softTarget(id, sample(id));
        }

        // Then
        assertThat(pairs()).extracting(TrainingPair::getSampleId).containsExactly("a");
    }

    @Test
    void moreKeptBackPairsThanTheBoundLeaveEarly() {
        // Given
        start("soft-only-wait=500ms", "soft-only-waiting=2");

        // When
        for (String id : List.of("a", "b", "c")) {
            softTarget(id, sample(id));
        }

        // Then
        assertThat(pairs()).extracting(TrainingPair::getSampleId).containsExactly("a");
    }

    @Test
    void theHeapStoreJoinsAsTheOneOnDiskDoes() {
        // Given
        start("store=memory");

        // When
        softTarget("a", sample("a"));
        label("a", 3);

        // Then
        assertThat(pairs()).hasSize(2);
        assertThat(states()).isEqualTo(1);
    }
}
