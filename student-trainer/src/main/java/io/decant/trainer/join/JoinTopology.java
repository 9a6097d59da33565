package io.decant.trainer.join;

import io.decant.pipeline.source.SourceSettings;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The join as Kafka Streams sees it: samples, soft targets and labels, one processor with one
 * logged store, two sinks. All names are fixed, because Kafka Streams names its changelog topic
 * after them. Records stay bytes; the processor reads them, so that broken ones become dead
 * letters. <i>Thread-safe: all methods are pure.</i>
 */
final class JoinTopology {
    static final String STAGE = "join";
    static final String STORE = "join-state";
    static final String PAIRS_SINK = "training-pairs";
    static final String DEAD_LETTERS_SINK = "dead-letters";

    private JoinTopology() {}

    static Topology of(JoinSetup setup) {
        Topics topics = setup.topics();
        Topology topology = new Topology();
        SourceSettings source = setup.config().source();
        List<Topic> kinds =
                source.labelsComeWithSamples()
                        ? List.of(Topic.SAMPLES, Topic.SOFT_TARGETS)
                        : List.of(Topic.SAMPLES, Topic.SOFT_TARGETS, Topic.LABELS);
        for (Topic kind : kinds) {
            topology.addSource(
                    kind.suffix(),
                    new ByteArrayDeserializer(),
                    new ByteArrayDeserializer(),
                    source.name(kind, topics));
        }
        return topology.addProcessor(
                        STAGE,
                        () -> new JoinProcessor(setup),
                        kinds.stream().map(Topic::suffix).toArray(String[]::new))
                .addStateStore(store(setup.config().store()), STAGE)
                .addSink(
                        PAIRS_SINK,
                        topics.name(Topic.TRAINING_PAIRS),
                        new ByteArraySerializer(),
                        new ByteArraySerializer(),
                        samplePartition(topics),
                        STAGE)
                .addSink(
                        DEAD_LETTERS_SINK,
                        topics.name(Topic.DEAD_LETTERS),
                        new ByteArraySerializer(),
                        new ByteArraySerializer(),
                        STAGE);
    }

    /** A pair goes to its sample's partition, whatever partitioner the producer is given. */
    private static StreamPartitioner<byte[], byte[]> samplePartition(Topics topics) {
        return (topic, key, value, partitions) ->
                Optional.of(
                        Set.of(topics.samplePartition(new String(key, StandardCharsets.UTF_8))));
    }

    private static StoreBuilder<KeyValueStore<byte[], byte[]>> store(JoinerConfig.Store kind) {
        KeyValueBytesStoreSupplier supplier =
                kind == JoinerConfig.Store.MEMORY
                        ? Stores.inMemoryKeyValueStore(STORE)
                        : Stores.persistentKeyValueStore(STORE);
        return Stores.keyValueStoreBuilder(supplier, Serdes.ByteArray(), Serdes.ByteArray())
                .withLoggingEnabled(changelogSettings())
                // A sample's soft target and label mostly come within one commit: one change.
                .withCachingEnabled();
    }

    /** Name of the changelog topic. */
    static String changelog(String applicationId) {
        return applicationId + "-" + STORE + "-changelog";
    }

    /** Settings of the changelog topic: only the latest state of an id is of use. */
    static Map<String, String> changelogSettings() {
        return Map.of(
                "cleanup.policy", "compact",
                "segment.bytes", Integer.toString(32 << 20),
                "min.cleanable.dirty.ratio", "0.3");
    }
}
