package io.decant.trainer.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.record.Tensors;
import io.decant.pipeline.source.SourceRecord;
import io.decant.pipeline.source.Sources;
import io.decant.pipeline.trace.Traces;
import io.decant.records.DeadLetter;
import io.decant.records.DeadLetterReason;
import io.decant.records.PairKind;
import io.decant.records.Sample;
import io.decant.records.SoftTarget;
import io.decant.records.TrainingPair;
import io.decant.topics.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The join over an operator's own topics, on Kafka's test driver, which plays one partition. */
class MappedSourceTest {
    private static final List<String> SAMPLES =
            List.of(
                    "source.samples.topic=orders",
                    "source.samples.id=/ref",
                    "source.samples.features=/x",
                    "source.samples.dtype=f32",
                    "source.samples.shape=2");
    private static final Instant NOW = Instant.ofEpochMilli(Examples.EVENT_MILLIS);

    @TempDir Path folder;

    private final SamplesTopic orders = new SamplesTopic("orders", 100);
    private JoinerConfig config;
    private TopologyTestDriver driver;
    private RecordCodec codec;
    private long produced;

    private void start(String... settings) {
        config =
                Configuration.of(
                        JoinerConfig.class,
                        Stream.of(
                                        Stream.of(
                                                "cluster.bootstrap-servers=unused:1",
                                                "cluster.schema-registry-url=http://unused:1",
                                                "cluster.sample-partitions=1",
                                                "cluster.value-serializer="
                                                        + PlainAvro.Writer.class.getName(),
                                                "cluster.value-deserializer="
                                                        + PlainAvro.Reader.class.getName(),
                                                "state-dir=" + folder),
                                        SAMPLES.stream(),
                                        Stream.of(settings))
                                .flatMap(each -> each)
                                .toList());
        codec = new RecordCodec(config.cluster());
        driver =
                new TopologyTestDriver(
                        JoinTopology.of(
                                new JoinSetup(
                                        config,
                                        () -> new RecordCodec(config.cluster()),
                                        () -> orders,
                                        () -> NOW,
                                        new JoinCounters(),
                                        Traces.of("joiner", config.tracing()))),
                        StreamsSettings.of(config),
                        NOW);
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    private void send(String topic, byte[] key, byte[] value) {
        driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(new TestRecord<>(key, value, NOW));
    }

    private static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    /** An order without a key, as its operator writes it. */
    private SourceRecord order(String text) {
        SourceRecord record = new SourceRecord(null, 0, NOW.toEpochMilli(), json(text));
        orders.append(record.key(), record.value());
        send("orders", record.key(), record.value());
        produced++;
        return record;
    }

    /** The teacher's answer to the last order, from the same mapping. */
    private void answer(SourceRecord record) {
        Sample sample =
                ((Decoded.Good<Sample>)
                                new Sources(config.source(), config.cluster(), codec)
                                        .sample(record))
                        .value();
        SoftTarget target = Examples.softTarget(sample, new Position(0, produced - 1), "big");
        send(
                "decant.soft-targets",
                sample.getSampleId().getBytes(StandardCharsets.UTF_8),
                codec.encode(Topic.SOFT_TARGETS, target));
    }

    private <T extends SpecificRecord> List<T> read(Topic topic, Class<T> type) {
        return driver
                .createOutputTopic(
                        "decant." + topic.suffix(),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())
                .readRecordsToList()
                .stream()
                .map(
                        record ->
                                ((Decoded.Good<T>) codec.decode(topic, record.value(), type))
                                        .value())
                .toList();
    }

    private List<TrainingPair> pairs() {
        return read(Topic.TRAINING_PAIRS, TrainingPair.class);
    }

    @Test
    void aRecordThatHoldsItsLabelBecomesALabelledPairWithTheFeaturesThatWereScored() {
        // Given
        start("source.samples.label=/kind", "source.samples.classes=cat,dog");

        // When
        answer(order("{'ref':'a','x':[1,-0.5],'kind':'dog'}"));

        // Then
        assertThat(pairs())
                .singleElement()
                .satisfies(
                        pair -> {
                            assertThat(pair.getKind()).isEqualTo(PairKind.LABELLED);
                            assertThat(pair.getSampleId()).isEqualTo("a");
                            assertThat(pair.getLabel().getClassIndex()).isEqualTo(1);
                            assertThat(pair.getLabel().getSource()).isEqualTo("orders");
                            assertThat(Tensors.bytes(pair.getFeatures()))
                                    .containsExactly(0, 0, 0x80, 0x3f, 0, 0, 0, 0xbf);
                        });
        assertThat(read(Topic.DEAD_LETTERS, DeadLetter.class)).isEmpty();
    }

    @Test
    void aLateLabelFromATopicOfItsOwnFindsTheFeaturesByTheirOffset() {
        // Given
        start(
                "sample-cache-bytes=0",
                "source.labels.topic=facts",
                "source.labels.id=/ref",
                "source.labels.label=/y");
        answer(order("{'ref':'a','x':[1,2]}"));

        // When
        send("facts", null, json("{'ref':'a','y':3}"));

        // Then
        assertThat(pairs())
                .extracting(TrainingPair::getKind)
                .containsExactly(PairKind.SOFT_ONLY, PairKind.LABEL_CORRECTION);
    }

    @Test
    void aLabelThatDoesNotMapIsDeadLetteredWithTheRecordThatHeldIt() {
        // Given
        start("source.samples.label=/kind", "source.samples.classes=cat,dog");

        // When
        answer(order("{'ref':'a','x':[1,2],'kind':'cow'}"));
        order("junk");

        // Then
        assertThat(pairs()).extracting(TrainingPair::getKind).containsExactly(PairKind.SOFT_ONLY);
        assertThat(read(Topic.DEAD_LETTERS, DeadLetter.class))
                .singleElement()
                .satisfies(
                        letter -> {
                            assertThat(letter.getReason())
                                    .isEqualTo(DeadLetterReason.CLASS_OUT_OF_RANGE);
                            assertThat(letter.getDetail())
                                    .isEqualTo(
                                            "/kind is 'cow'; expected one of the classes cat, dog");
                            assertThat(letter.getTopic()).isEqualTo("orders");
                            assertThat(letter.getOffset()).isZero();
                            assertThat(letter.getValue().array())
                                    .isEqualTo(json("{'ref':'a','x':[1,2],'kind':'cow'}"));
                        });
    }

    @Test
    void aClassThatTheTeacherDoesNotKnowIsDeadLetteredFromTheMappedTopic() {
        // Given
        start("source.labels.topic=facts", "source.labels.id=/ref", "source.labels.label=/y");
        send("facts", null, json("{'ref':'a','y':10}"));

        // When
        answer(order("{'ref':'a','x':[1,2]}"));

        // Then
        assertThat(pairs()).extracting(TrainingPair::getKind).containsExactly(PairKind.SOFT_ONLY);
        assertThat(read(Topic.DEAD_LETTERS, DeadLetter.class))
                .extracting(DeadLetter::getTopic, DeadLetter::getOffset, DeadLetter::getReason)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple(
                                "facts", 0L, DeadLetterReason.CLASS_OUT_OF_RANGE));
    }
}
