package io.decant.trainer.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.trace.Traces;
import io.decant.records.PairKind;
import io.decant.records.SoftTarget;
import io.decant.records.TrainingPair;
import io.decant.topics.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task's processor ends and another takes its store: cache, clock and queue are made anew. */
class JoinRestartTest {
    @TempDir Path folder;

    private final SamplesTopic samples = new SamplesTopic("decant.samples", 100);
    private final JoinCounters counters = new JoinCounters();
    private long nowMillis = Examples.EVENT_MILLIS;
    private JoinerConfig config;
    private RecordCodec codec;
    private MockProcessorContext<byte[], byte[]> context;

    @BeforeEach
    void storeOutlivesItsProcessors() {
        config =
                Configuration.of(
                        JoinerConfig.class,
                        List.of(
                                "cluster.bootstrap-servers=unused:1",
                                "cluster.schema-registry-url=http://unused:1",
                                "cluster.sample-partitions=1",
                                "cluster.value-serializer=" + PlainAvro.Writer.class.getName(),
                                "cluster.value-deserializer=" + PlainAvro.Reader.class.getName(),
                                "soft-only-wait=500ms"));
        codec = new RecordCodec(config.cluster());
        samples.append(
                "a".getBytes(StandardCharsets.UTF_8),
                codec.encode(Topic.SAMPLES, Examples.sample("a")));
        context =
                new MockProcessorContext<>(
                        StreamsSettings.of(config), new TaskId(0, 0), folder.toFile());
        KeyValueStore<byte[], byte[]> store =
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(JoinTopology.STORE),
                                Serdes.ByteArray(),
                                Serdes.ByteArray())
                        .withLoggingDisabled()
                        .build();
        store.init(context.getStateStoreContext(), store);
        context.addStateStore(store);
    }

    private JoinProcessor processor() {
        JoinProcessor processor =
                new JoinProcessor(
                        new JoinSetup(
                                config,
                                () -> new RecordCodec(config.cluster()),
                                () -> samples,
                                () -> Instant.ofEpochMilli(nowMillis),
                                counters,
                                Traces.of("joiner", config.tracing())));
        processor.init(context);
        return processor;
    }

    private void process(JoinProcessor processor, Topic topic, byte[] value) {
        context.setRecordMetadata("decant." + topic.suffix(), 0, 0);
        processor.process(new Record<>("a".getBytes(StandardCharsets.UTF_8), value, nowMillis));
    }

    private byte[] softTarget() {
        SoftTarget target = Examples.softTarget(Examples.sample("a"), new Position(0, 0), "big");
        return codec.encode(Topic.SOFT_TARGETS, target);
    }

    private List<PairKind> pairs() {
        return context.forwarded(JoinTopology.PAIRS_SINK).stream()
                .map(
                        forwarded ->
                                (Decoded.Good<TrainingPair>)
                                        codec.decode(
                                                Topic.TRAINING_PAIRS,
                                                forwarded.record().value(),
                                                TrainingPair.class))
                .map(good -> good.value().getKind())
                .toList();
    }

    @Test
    void aPairThatWasKeptBackLeavesAfterTheRestart() {
        // Given
        process(processor(), Topic.SOFT_TARGETS, softTarget());

        // When
        processor();
        context.scheduledPunctuators().forEach(tick -> tick.getPunctuator().punctuate(nowMillis));

        // Then
        assertThat(pairs()).containsExactly(PairKind.SOFT_ONLY);
    }

    @Test
    void theStoreRemembersWhatWasLearnedAndTheTopicItsFeatures() {
        // Given
        JoinProcessor before = processor();
        process(before, Topic.SOFT_TARGETS, softTarget());
        nowMillis += 500;
        context.scheduledPunctuators().forEach(tick -> tick.getPunctuator().punctuate(nowMillis));

        // When
        JoinProcessor after = processor();
        process(after, Topic.SOFT_TARGETS, softTarget());
        process(after, Topic.LABELS, codec.encode(Topic.LABELS, Examples.label("a", 3)));

        // Then
        assertThat(pairs()).containsExactly(PairKind.SOFT_ONLY, PairKind.LABEL_CORRECTION);
        assertThat(counters.get(JoinCount.SOFT_TARGET_DUPLICATE)).isEqualTo(1);
        assertThat(counters.get(JoinCount.CACHE_MISSES)).isEqualTo(2);
    }
}
