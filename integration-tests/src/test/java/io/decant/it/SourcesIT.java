package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.decant.dev.stack.ServiceStack;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.Tally;
import io.decant.it.harness.TopicContents;
import io.decant.it.laws.RunRecord;
import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.topics.TopicCreator;
import io.decant.records.DeadLetter;
import io.decant.records.TrainingPair;
import io.decant.topics.Topic;
import io.decant.trainer.learn.PredictionListener;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An operator's own topic of JSON, spread without a key, with junk in it. */
@ExtendWith(SharedCluster.class)
class SourcesIT {
    private static final int GOOD = 48;

    @TempDir Path folder;

    private final Map<String, String> refusals = new HashMap<>();
    private ClusterSettings cluster;
    private String orders;

    @BeforeEach
    void installation(ClusterSettings cluster) {
        this.cluster = cluster;
        orders = cluster.prefix() + "orders";
    }

    @Test
    void anOperatorsTopicIsLearnedWhollyAndItsJunkIsDeadLetteredWithReasons() {
        // Given orders in any partition, a third of them with their label, and junk among them
        create(orders, cluster.samplePartitions());
        try (Producer<byte[], byte[]> producer =
                        new Clients(cluster).producer("it-orders", Map.of("linger.ms", 0));
                ServiceStack stack = Pipeline.stack(cluster, settings())) {
            for (int i = 0; i < GOOD; i++) {
                String label = i % 3 == 0 ? ",\"kind\":\"yes\"" : "";
                send(producer, i, order("o" + i, oneHot(i), label));
                if (i == GOOD / 2) {
                    junk(producer);
                }
            }

            // When the pipeline runs
            stack.trainer(PredictionListener.NONE);
            stack.joiner();
            stack.teacher();

            // Then each order was learned exactly once, those with a label in one pair with it
            Pipeline.awaitPairs(cluster, GOOD + 1);
            assertThat(Tally.counts(cluster, Pipeline.awaitLearned(cluster), GOOD))
                    .containsOnly(1f);
            RunRecord run = Pipeline.checkLaws(cluster);
            assertThat(labelled(run)).isEqualTo(GOOD / 3);
            // And each piece of junk is in dead-letters, once, with its reason
            await("dead letters")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> refused().size() >= refusals.size());
            assertThat(refused()).isEqualTo(refusals);
            assertThat(stack.failure()).isEmpty();
        }
    }

    @Test
    void aMappingThatFitsNoRecordAndACountOfPartitionsThatDiffersAreSaidAtStart() {
        // Given
        create(orders, cluster.samplePartitions());
        create(orders + "-narrow", 1);
        try (Producer<byte[], byte[]> producer =
                        new Clients(cluster).producer("it-orders", Map.of("linger.ms", 0));
                ServiceStack mistyped =
                        Pipeline.stack(
                                cluster, settings("joiner.source.samples.features=/body/y"));
                ServiceStack misfit =
                        Pipeline.stack(cluster, settings("teacher.source.samples.shape=7"));
                ServiceStack elsewhere =
                        Pipeline.stack(cluster, settings("joiner.source.samples.topic=nowhere"));
                ServiceStack narrow =
                        Pipeline.stack(
                                cluster,
                                settings("joiner.source.samples.topic=" + orders + "-narrow"))) {
            RecordMetadata at = send(producer, 0, order("o1", oneHot(1), ""));

            // When, Then
            assertThatThrownBy(mistyped::joiner)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(
                            "none of the newest 1 records of topic "
                                    + orders
                                    + " maps: at "
                                    + at.partition()
                                    + "@"
                                    + at.offset()
                                    + " /body/y is missing or null; expected the features; correct source.samples");
            assertThatThrownBy(misfit::teacher)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("expected 7 numbers for U8 [7]")
                    .hasMessageContaining(
                            "source.samples.dtype and source.samples.shape say U8 [7]; expected U8 [48] as the teacher's file takes");
            assertThatThrownBy(elsewhere::joiner)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(
                            "topic nowhere does not exist; correct source.samples.topic");
            assertThatThrownBy(narrow::joiner)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(
                            "topic "
                                    + orders
                                    + "-narrow has 1 partitions; expected 3 as cluster.sample-partitions says");
        }
    }

    private void create(String topic, int partitions) {
        try (Admin admin = new Clients(cluster).admin("it-orders")) {
            TopicCreator.create(
                    admin,
                    List.of(new NewTopic(topic, partitions, (short) 1)),
                    Duration.ofSeconds(60));
        }
    }

    private List<String> settings(String... more) {
        List<String> settings =
                new ArrayList<>(List.of("joiner.state-dir=" + folder.resolve("join-state")));
        Tally.teacherSettings(folder, GOOD).forEach(each -> settings.add("teacher." + each));
        Tally.trainerSettings(GOOD).forEach(each -> settings.add("trainer." + each));
        for (String service : List.of("teacher.", "joiner.")) {
            settings.add(service + "source.partitioning=as-is");
            settings.add(service + "source.samples.topic=" + orders);
            settings.add(service + "source.samples.id=/ref");
            settings.add(service + "source.samples.features=/body/x");
            settings.add(service + "source.samples.dtype=u8");
            settings.add(service + "source.samples.shape=" + GOOD);
            settings.add(service + "source.samples.label=/kind");
            settings.add(service + "source.samples.classes=yes,no");
        }
        settings.addAll(List.of(more));
        return settings;
    }

    private static String order(String ref, String features, String more) {
        return "{\"ref\":\"" + ref + "\",\"body\":{\"x\":" + features + "}" + more + "}";
    }

    private static String oneHot(int index) {
        return IntStream.range(0, GOOD)
                .mapToObj(i -> i == index ? "1" : "0")
                .collect(Collectors.joining(",", "[", "]"));
    }

    private void junk(Producer<byte[], byte[]> producer) {
        refused(
                "teacher: the value is JSON, but 7; expected an object with fields",
                send(producer, 0, "7"));
        refused(
                "teacher: /ref is missing or null; expected the sample id",
                send(producer, 1, "{\"body\":{\"x\":" + oneHot(0) + "},\"kind\":\"yes\"}"));
        refused(
                "teacher: /body/x is a list of 2; expected "
                        + GOOD
                        + " numbers for U8 ["
                        + GOOD
                        + "]",
                send(producer, 2, order("short", "[1,2]", "")));
        refused(
                "teacher: /body/x is missing or null; expected the features",
                send(producer, 0, "{\"ref\":\"bare\"}"));
        // The sample is fine and is learned: only its label is refused.
        refused(
                "join: /kind is 'maybe'; expected one of the classes yes, no",
                send(producer, 1, order("maybe", oneHot(-1), ",\"kind\":\"maybe\"")));
    }

    private void refused(String reason, RecordMetadata at) {
        refusals.put(at.topic() + " " + at.partition() + "@" + at.offset(), reason);
    }

    private Map<String, String> refused() {
        return TopicContents.read(cluster, Topic.DEAD_LETTERS, DeadLetter.class).stream()
                .map(TopicContents.Entry::value)
                .collect(
                        Collectors.toMap(
                                letter ->
                                        letter.getTopic()
                                                + " "
                                                + letter.getPartition()
                                                + "@"
                                                + letter.getOffset(),
                                letter -> letter.getStage() + ": " + letter.getDetail()));
    }

    private static long labelled(RunRecord run) {
        return run.pairs().stream()
                .map(TopicContents.Entry::value)
                .map(TrainingPair::getLabel)
                .filter(label -> label != null)
                .count();
    }

    private RecordMetadata send(Producer<byte[], byte[]> producer, int number, String json) {
        try {
            return producer.send(
                            new ProducerRecord<>(
                                    orders,
                                    number % cluster.samplePartitions(),
                                    null,
                                    json.getBytes(StandardCharsets.UTF_8)))
                    .get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("a test record could not be sent", failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
