package io.decant.trainer.join;

import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.nio.charset.StandardCharsets;
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
 * The join as Kafka Streams sees it: three sources, one processor with one logged store, two sinks.
 * All names are fixed, because Kafka Streams names its changelog topic after them. Records stay
 * bytes; the processor reads them, so that broken ones become dead letters. <i>Thread-safe: all
 * methods are pure.</i>
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
        for (Topic source : new Topic[] {Topic.SAMPLES, Topic.SOFT_TARGETS, Topic.LABELS}) {
            topology.addSource(
                    source.suffix(),
                    new ByteArrayDeserializer(),
                    new ByteArrayDeserializer(),
                    topics.name(source));
        }
        return topology.addProcessor(
                        STAGE,
                        () -> new JoinProcessor(setup),
                        Topic.SAMPLES.suffix(),
                        Topic.SOFT_TARGETS.suffix(),
                        Topic.LABELS.suffix())
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
