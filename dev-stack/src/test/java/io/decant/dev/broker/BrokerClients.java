package io.decant.dev.broker;

import io.decant.pipeline.topics.TopicCreator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The few client calls that the broker tests share. <em>Thread-safe: no state.</em> */
final class BrokerClients {
    private BrokerClients() {}

    static Map<String, Object> connection(DevBroker broker) {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }

    static void createTopic(DevBroker broker, String topic, int partitions) {
        try (Admin admin = Admin.create(connection(broker))) {
            TopicCreator.create(
                    admin,
                    List.of(new NewTopic(topic, partitions, (short) 1)),
                    Duration.ofSeconds(30));
        }
    }

    /** Sends value i to partition i mod n without a pause, and waits until all are confirmed. */
    static void produce(DevBroker broker, String topic, int partitions, List<String> values) {
        Map<String, Object> config =
                Map.of(
                        "bootstrap.servers", broker.bootstrapServers(),
                        "delivery.timeout.ms", 10_000,
                        "request.timeout.ms", 5_000,
                        "linger.ms", 0);
        try (var producer =
                new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            send(producer, topic, partitions, values);
        }
    }

    /** As {@link #produce}, with a producer that is there already. */
    static void send(
            KafkaProducer<String, String> producer,
            String topic,
            int partitions,
            List<String> values) {
        List<Future<RecordMetadata>> sends = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            sends.add(
                    producer.send(new ProducerRecord<>(topic, i % partitions, "", values.get(i))));
        }
        try {
            for (Future<RecordMetadata> send : sends) {
                send.get();
            }
        } catch (ExecutionException | InterruptedException failed) {
            throw new AssertionError("a record was not confirmed", failed);
        }
    }

    /** All values from the first offset to the present end, partition by partition. */
    static List<String> readAll(DevBroker broker, String topic, int partitions) {
        try (var consumer =
                new KafkaConsumer<>(
                        connection(broker), new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> all = partitions(topic, partitions);
            consumer.assign(all);
            consumer.seekToBeginning(all);
            Map<TopicPartition, Long> ends = consumer.endOffsets(all);
            List<String> values = new ArrayList<>();
            while (all.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(100)).forEach(read -> values.add(read.value()));
            }
            return values;
        }
    }

    /** Values of committed transactions, until there are so many or the time is over. */
    static List<String> readCommitted(
            DevBroker broker, String topic, int partitions, int atLeast, Duration patience) {
        Map<String, Object> config =
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "isolation.level",
                        "read_committed");
        try (var consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> all = partitions(topic, partitions);
            consumer.assign(all);
            consumer.seekToBeginning(all);
            List<String> values = new ArrayList<>();
            long end = System.nanoTime() + patience.toNanos();
            while (values.size() < atLeast && System.nanoTime() < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(read -> values.add(read.value()));
            }
            return values;
        }
    }

    private static List<TopicPartition> partitions(String topic, int count) {
        return IntStream.range(0, count)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
    }
}
