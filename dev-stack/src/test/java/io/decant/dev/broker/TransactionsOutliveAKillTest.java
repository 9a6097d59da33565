package io.decant.dev.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Transactions that had not been marked in their partitions when the only broker was killed: it has
 * to write the markers when it is back, or read_committed readers wait for ever (KAFKA-20734).
 */
class TransactionsOutliveAKillTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir Path folder;

    @Test
    void aTransactionCommittedRightBeforeTheKillIsReadableInAllItsPartitions() {
        // Given so many partitions that the broker dies before all of them have the marker
        int partitions = 100;
        List<String> committed = Collections.nCopies(partitions, "committed");
        int port;
        try (BrokerProcess first = BrokerProcess.start(folder, BrokerSettings.defaults());
                var writer = writer(first, Duration.ofSeconds(60))) {
            port = first.port();
            BrokerClients.createTopic(first, "kept", partitions);
            writer.initTransactions();
            writer.beginTransaction();
            BrokerClients.send(writer, "kept", partitions, committed);

            // When
            writer.commitTransaction();
            first.kill();
            writer.close(Duration.ZERO);
        }

        // Then
        try (BrokerProcess again =
                BrokerProcess.start(folder, BrokerSettings.defaults().withPort(port))) {
            assertThat(BrokerClients.readCommitted(again, "kept", partitions, partitions, PATIENCE))
                    .isEqualTo(committed);
        }
    }

    @Test
    void aTransactionLeftOpenByADeadWriterHoldsNoReaderBack() {
        // Given a writer that has died, and whose time is over when the broker is back
        int port;
        try (BrokerProcess first = BrokerProcess.start(folder, BrokerSettings.defaults());
                var writer = writer(first, Duration.ofSeconds(1))) {
            port = first.port();
            BrokerClients.createTopic(first, "kept", 1);
            writer.initTransactions();
            writer.beginTransaction();
            BrokerClients.send(writer, "kept", 1, List.of("never committed"));

            // When
            first.kill();
            writer.close(Duration.ZERO);
        }

        // Then
        try (BrokerProcess again =
                BrokerProcess.start(folder, BrokerSettings.defaults().withPort(port))) {
            BrokerClients.produce(again, "kept", 1, List.of("later"));
            assertThat(BrokerClients.readCommitted(again, "kept", 1, 1, PATIENCE))
                    .containsExactly("later");
        }
    }

    private static KafkaProducer<String, String> writer(BrokerProcess broker, Duration timeout) {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "transactional.id",
                        "writer",
                        "transaction.timeout.ms",
                        (int) timeout.toMillis()),
                new StringSerializer(),
                new StringSerializer());
    }
}
