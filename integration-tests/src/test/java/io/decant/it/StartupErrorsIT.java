package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.decant.dev.stack.ServiceStack;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.Producing;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.Tally;
import io.decant.it.harness.TopicContents;
import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.topics.TopicSetup;
import io.decant.records.DType;
import io.decant.records.Encoding;
import io.decant.records.Outcome;
import io.decant.records.PairKind;
import io.decant.records.Prefix8;
import io.decant.records.SoftTarget;
import io.decant.records.Tensor;
import io.decant.records.TrainingPair;
import io.decant.topics.Topic;
import io.decant.trainer.learn.PredictionListener;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A service that cannot work says why at start, everything at once, and what to do. */
@ExtendWith(SharedCluster.class)
class StartupErrorsIT {
    private static final int PAIRS = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private ClusterSettings cluster;

    @BeforeEach
    void installation(ClusterSettings cluster) {
        this.cluster = cluster;
    }

    @Test
    void allThatIsWrongWithTheClusterStandsInOneMessage() throws Exception {
        // Given topics that are not as the contract says, and a registry that is down
        try (Admin admin = new Clients(cluster).admin("it-startup")) {
            delete(admin, Topic.MODEL_WEIGHTS);
            wait(
                    admin.createPartitions(Map.of(name(Topic.LINEAGE), NewPartitions.increaseTo(5)))
                            .all());
            ConfigResource registry =
                    new ConfigResource(ConfigResource.Type.TOPIC, name(Topic.MODEL_REGISTRY));
            AlterConfigOp delete =
                    new AlterConfigOp(
                            new ConfigEntry("cleanup.policy", "delete"), AlterConfigOp.OpType.SET);
            wait(admin.incrementalAlterConfigs(Map.of(registry, List.of(delete))).all());
        }
        ClusterSettings noRegistry =
                new ClusterSettings(
                        cluster.bootstrapServers(),
                        "http://127.0.0.1:1",
                        cluster.prefix(),
                        cluster.samplePartitions(),
                        cluster.modelPartitions(),
                        cluster.valueSerializer(),
                        cluster.valueDeserializer(),
                        cluster.kafka());

        // When a trainer starts
        try (ServiceStack stack = Pipeline.stack(noRegistry, trainerSettings())) {
            assertThatThrownBy(() -> stack.trainer(PredictionListener.NONE))
                    // Then it names each problem and what helps
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContainingAll(
                            "4 problems",
                            "topic "
                                    + name(Topic.MODEL_WEIGHTS)
                                    + " does not exist; create the topics with: decant topics create",
                            "topic "
                                    + name(Topic.LINEAGE)
                                    + " has 5 partitions; expected 2, as cluster.model-partitions says",
                            "topic "
                                    + name(Topic.MODEL_REGISTRY)
                                    + " has cleanup.policy delete; expected compact",
                            "the schema registry at http://127.0.0.1:1 cannot be reached");
        }
    }

    @Test
    void aPortInUseIsNamedWithItsSetting(@TempDir Path folder) throws Exception {
        // Given a port that somebody else has opened
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                ServiceStack stack =
                        Pipeline.stack(
                                cluster,
                                List.of(
                                        "gateway.signatures.policy=accept",
                                        "gateway.model=student",
                                        "gateway.data-dir=" + folder,
                                        "gateway.http.port=" + taken.getLocalPort()))) {
            // When a gateway starts on it
            assertThatThrownBy(stack::gateway)
                    // Then it says so
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(
                            "http.port " + taken.getLocalPort() + " cannot be opened at 127.0.0.1");
        }
    }

    @Test
    void aJournalThatWasRecreatedIsRefused() throws Exception {
        // Given a model that has learned from the journal, and another journal under the same name
        learnThenStop();
        try (Admin admin = new Clients(cluster).admin("it-startup")) {
            delete(admin, Topic.TRAINING_PAIRS);
        }
        TopicSetup.create(cluster, Optional.of((short) 1), PATIENCE);
        producePairs(PAIRS, 2 * PAIRS);

        // When the trainer starts again
        Throwable failure = failureOfTrainer();

        // Then it stops: offsets of another topic mean other records
        assertThat(failure)
                .hasMessageContainingAll(
                        "the journal topic was recreated", "model 'tally'", "another model.name");
    }

    @Test
    void aRangeOfTheJournalThatIsLostIsNamed() throws Exception {
        // Given a model that has learned a part of the journal, whose next records the broker no
        // longer has
        long next = learnThenStop().getOrDefault(0, 0L);
        producePairs(PAIRS, 2 * PAIRS);
        long end = ends().get(0);
        assertThat(end).as("records in partition 0 that were not learned").isGreaterThan(next);
        TopicPartition partition = new TopicPartition(name(Topic.TRAINING_PAIRS), 0);
        try (Admin admin = new Clients(cluster).admin("it-startup")) {
            wait(admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(end))).all());
        }

        // When the trainer starts again
        Throwable failure = failureOfTrainer();

        // Then it stops with the range, and does not go on as if nothing were missing
        assertThat(failure)
                .hasMessageContainingAll(
                        "the journal no longer has what the model would learn next",
                        partition + " offsets " + next + " to " + (end - 1));
    }

    /** Returns the first offset that was not learned, by partition. */
    private Map<Integer, Long> learnThenStop() {
        try (ServiceStack stack = Pipeline.stack(cluster, trainerSettings())) {
            stack.trainer(PredictionListener.NONE);
            producePairs(0, PAIRS);
            Pipeline.awaitLearned(cluster);
        }
        Pipeline.checkLaws(cluster);
        return ends();
    }

    private Throwable failureOfTrainer() {
        try (ServiceStack stack = Pipeline.stack(cluster, trainerSettings())) {
            stack.trainer(PredictionListener.NONE);
            await("the trainer to stop").atMost(PATIENCE).until(() -> stack.failure().isPresent());
            return stack.failure().orElseThrow();
        }
    }

    private static List<String> trainerSettings() {
        return Tally.trainerSettings(2 * PAIRS).stream()
                .map(setting -> "trainer." + setting)
                .toList();
    }

    /** Pairs as the join would have written them. */
    private void producePairs(int from, int to) {
        try (Producing producing = new Producing(cluster)) {
            for (int i = from; i < to; i++) {
                producing.raw(
                        Topic.TRAINING_PAIRS,
                        "pair-" + i,
                        producing.encode(Topic.TRAINING_PAIRS, pair(i)));
            }
        }
    }

    private TrainingPair pair(int index) {
        String id = "pair-" + index;
        int partition = cluster.topics().samplePartition(id);
        SoftTarget answer =
                SoftTarget.newBuilder()
                        .setSampleId(id)
                        .setTeacherId("teacher")
                        .setTeacherVersion(new Prefix8(new byte[8]))
                        .setOutcome(Outcome.SCORED)
                        .setClassCount(2)
                        .setEncoding(Encoding.F32)
                        .setPayload(ByteBuffer.allocate(2 * Float.BYTES))
                        .setFeatureHash(new Prefix8(new byte[8]))
                        .setSamplePartition(partition)
                        .setSampleOffset(index)
                        .setEventTimeMillis(System.currentTimeMillis())
                        .build();
        return TrainingPair.newBuilder()
                .setKind(PairKind.SOFT_ONLY)
                .setSampleId(id)
                .setFeatures(
                        new Tensor(
                                DType.U8,
                                List.of(2 * PAIRS),
                                ByteBuffer.wrap(Tally.oneHot(index, 2 * PAIRS))))
                .setSoftTargets(List.of(answer))
                .setSamplePartition(partition)
                .setSampleOffset(index)
                .setSoftTargetOffsets(List.of((long) index))
                .setEventTimeMillis(System.currentTimeMillis())
                .build();
    }

    private Map<Integer, Long> ends() {
        return TopicContents.read(cluster, Topic.TRAINING_PAIRS, TrainingPair.class).stream()
                .collect(
                        Collectors.toMap(
                                TopicContents.Entry::partition,
                                entry -> entry.offset() + 1,
                                Math::max));
    }

    private void delete(Admin admin, Topic topic) throws Exception {
        wait(admin.deleteTopics(List.of(name(topic))).all());
        await("the topic to be gone")
                .atMost(PATIENCE)
                .until(() -> !admin.listTopics().names().get().contains(name(topic)));
    }

    private static void wait(org.apache.kafka.common.KafkaFuture<?> done) throws Exception {
        done.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private String name(Topic topic) {
        return cluster.topics().name(topic);
    }
}
