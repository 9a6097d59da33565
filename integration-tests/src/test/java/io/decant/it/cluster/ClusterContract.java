package io.decant.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.it.harness.Producing;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.TestCluster;
import io.decant.it.harness.TopicContents;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.topics.StartupCheck;
import io.decant.records.Label;
import io.decant.records.Sample;
import io.decant.topics.Topic;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What Decant needs of a broker and of a registry, whichever runs them. <i>Owned by the test's
 * thread.</i>
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ClusterContract {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private TestCluster running;
    private ClusterSettings cluster;

    abstract TestCluster start();

    @BeforeAll
    void startTheCluster() {
        running = start();
        cluster = SharedCluster.installationOn(running);
    }

    @AfterAll
    void stopTheCluster() {
        if (running != null) {
            running.close();
        }
    }

    @Test
    void theTopicsOfTheContractPassTheCheckOfEveryService() {
        // Given an installation that was just made

        // When a service checks all topics, as it does before it starts
        StartupCheck.verify("contract", cluster, List.of(Topic.values()), PATIENCE);

        // Then it did not throw, and a record of ours goes through broker and registry
        try (Producing producing = new Producing(cluster)) {
            producing.send(producing.sample("one", new byte[] {1, 2, 3}));
        }
        assertThat(TopicContents.read(cluster, Topic.SAMPLES, Sample.class))
                .extracting(entry -> entry.value().getSampleId())
                .containsExactly("one");
    }

    @Test
    void whatAnAbortedTransactionWroteIsNeverRead() throws Exception {
        // Given one transaction that is aborted
        try (Producer<byte[], byte[]> producer = transactional("aborts")) {
            producer.initTransactions();
            producer.beginTransaction();
            label(producer, "aborted");
            producer.abortTransaction();

            // When another one is committed
            producer.beginTransaction();
            label(producer, "committed");
            producer.commitTransaction();
        }

        // Then readers of committed records see that one alone
        assertThat(TopicContents.read(cluster, Topic.LABELS, Label.class))
                .extracting(entry -> entry.value().getSampleId())
                .containsExactly("committed");
    }

    @Test
    void aSecondWriterOfTheSameNameShutsTheFirstOut() throws Exception {
        try (Producer<byte[], byte[]> first = transactional("same");
                Producer<byte[], byte[]> second = transactional("same")) {
            // Given a writer with an open transaction
            first.initTransactions();
            first.beginTransaction();
            label(first, "never");

            // When another one takes its name
            second.initTransactions();

            // Then what the first one wrote cannot be committed
            assertThatThrownBy(first::commitTransaction)
                    .isInstanceOfAny(
                            ProducerFencedException.class, InvalidProducerEpochException.class);
        }
    }

    @Test
    void theRegistryRefusesASchemaThatOldRecordsCannotBeReadWith() throws Exception {
        // Given a subject with one schema
        String first = "{\"type\":\"record\",\"name\":\"R\",\"fields\":[]}";
        assertThat(register(first).statusCode()).isEqualTo(200);

        // When a field without a default is added
        HttpResponse<String> answer =
                register(
                        "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"}]}");

        // Then it is refused as Confluent's registry refuses it
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
    }

    private HttpResponse<String> register(String schema) throws Exception {
        String body = "{\"schema\":\"" + schema.replace("\"", "\\\"") + "\"}";
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                cluster.schemaRegistryUrl()
                                                        + "/subjects/contract-value/versions"))
                                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                                .POST(BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString());
    }

    private Producer<byte[], byte[]> transactional(String name) {
        return new Clients(cluster)
                .producer(name, Map.of("transactional.id", cluster.prefix() + name));
    }

    private void label(Producer<byte[], byte[]> producer, String id) throws Exception {
        byte[] value =
                new RecordCodec(cluster)
                        .encode(
                                Topic.LABELS,
                                new Label(id, 1, null, "test", System.currentTimeMillis()));
        producer.send(
                        new ProducerRecord<>(
                                cluster.topics().name(Topic.LABELS),
                                cluster.topics().samplePartition(id),
                                id.getBytes(StandardCharsets.UTF_8),
                                value))
                .get();
    }
}
