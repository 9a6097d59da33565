package io.decant.trainer.join;

import io.decant.pipeline.kafka.Clients;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The properties of Kafka Streams. <i>Thread-safe: all methods are pure.</i> */
final class StreamsSettings {
    private static final int MAX_POLL_RECORDS = 2000;
    private static final int BATCH_BYTES = 256 << 10;

    /** The joiner has ended by then. */
    private static final Duration AFTER_THE_OUTAGE = Duration.ofMinutes(5);

    private StreamsSettings() {}

    /** Name of the Streams application, of its consumer group, and before its changelog topic. */
    static String applicationId(JoinerConfig config) {
        return config.cluster().prefix() + "joiner";
    }

    static Properties of(JoinerConfig config) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId(config));
        // Without it the ids would be of chance, and no quota could name them.
        properties.put(StreamsConfig.CLIENT_ID_CONFIG, applicationId(config));
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, config.cluster().bootstrapServers());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, config.commitInterval().toMillis());
        // A thread that waits for input longer than this would commit late.
        properties.put(StreamsConfig.POLL_MS_CONFIG, config.commitInterval().toMillis());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.threads());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir().toString());
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, config.storeCacheBytes());
        properties.put(StreamsConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        properties.put(
                StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class.getName());
        properties.put(
                BoundedRocksDb.MEMORY_BYTES,
                config.storeMemoryBytes() / config.cluster().samplePartitions());

        long sessionMillis = config.sessionTimeout().toMillis();
        consumer(properties, ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int) sessionMillis);
        consumer(properties, ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, (int) sessionMillis / 4);
        Clients.BULK_FETCH.forEach((key, value) -> consumer(properties, key, value));
        consumer(properties, ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
        // The group has its first offsets; what is lost later must not be passed over.
        consumer(properties, ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");

        producer(properties, ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        // Readers see pairs only after the commit, which sends what still lingers.
        producer(
                properties,
                ProducerConfig.LINGER_MS_CONFIG,
                (int) config.commitInterval().toMillis());
        producer(
                properties,
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                (int) config.transactionTimeout().toMillis());
        neverGivesUpHalfway(properties, config);
        properties.putAll(config.cluster().kafka());
        return properties;
    }

    /**
     * When a send or a commit gives up, Kafka Streams (4.3.1) takes the tasks concerned for
     * corrupted, and commits the transaction for the others: with what the corrupted ones had
     * written so far, and without the rest. A state is there then whose pair is not. So no call
     * gives up before the joiner does.
     */
    private static void neverGivesUpHalfway(Properties properties, JoinerConfig config) {
        long longest = config.outagePatience().plus(AFTER_THE_OUTAGE).toMillis();
        properties.put(StreamsConfig.TASK_TIMEOUT_MS_CONFIG, longest);
        producer(properties, ProducerConfig.MAX_BLOCK_MS_CONFIG, longest);
        producer(properties, ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) longest);
    }

    private static void consumer(Properties properties, String key, Object value) {
        properties.put(StreamsConfig.mainConsumerPrefix(key), value);
    }

    private static void producer(Properties properties, String key, Object value) {
        properties.put(StreamsConfig.producerPrefix(key), value);
    }
}
