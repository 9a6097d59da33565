package io.decant.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.decant.dev.registry.EmbeddedRegistry;
import io.decant.dev.registry.RegistrySettings;
import io.decant.dev.stack.ServiceStack;
import io.decant.gateway.GatewayService;
import io.decant.it.harness.ConstantTeacher;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.Producing;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.TopicContents;
import io.decant.it.laws.RunRecord;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.service.Service;
import io.decant.pipeline.topics.TopicRecreatedException;
import io.decant.pipeline.topics.TopicSetup;
import io.decant.records.GatewayStatus;
import io.decant.records.Sample;
import io.decant.topics.Topic;
import io.decant.trainer.learn.PredictionListener;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Surroundings that misbehave under running services. */
@ExtendWith(SharedCluster.class)
class FaultsIT {
    private static final int WIDTH = 16;
    private static final int BATCH = 40;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration YEAR = Duration.ofDays(365);

    private ClusterSettings cluster;
    private @TempDir Path folder;
    private int produced;
    private long lastEvent;

    @BeforeEach
    void installation(ClusterSettings installation) {
        cluster = installation;
    }

    @Test
    void clocksThatAreSetAYearBackAndAheadExpireNothingAndHoldNothingUp() {
        // Given all services, with a clock that can be set
        Instant start = Instant.now();
        AtomicReference<Duration> set = new AtomicReference<>(Duration.ZERO);
        try (ServiceStack stack =
                        new ServiceStack(cluster, settings(), () -> Instant.now().plus(set.get()));
                Producing producing = new Producing(cluster)) {
            startAll(stack);
            goesThrough(producing);

            // When it is set, again and again, while samples arrive
            for (Duration wrong : List.of(YEAR.negated(), YEAR, YEAR.negated(), Duration.ZERO)) {
                set.set(wrong);
                goesThrough(producing);
            }

            // Then every sample was learned once, none was taken for one of the future
            awaitServed(Pipeline.awaitLearned(cluster).getVersion());
            RunRecord run = Pipeline.checkLaws(cluster);
            assertThat(run.pairs()).hasSize(produced);
            assertThat(run.deadLetters()).isEmpty();
            // ... no version that is young has been removed
            long newest = Pipeline.newest(cluster).getVersion();
            assertThat(run.manifests())
                    .extracting(entry -> entry.value().getVersion())
                    .hasSize((int) newest);
            // ... and no record of the journal looks older than it is
            assertThat(run.pairs())
                    .allMatch(
                            pair -> pair.timestampMillis() >= start.minusSeconds(1).toEpochMilli());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Topic.class,
            names = {"SAMPLES", "TRAINING_PAIRS", "MODEL_REGISTRY"})
    void aTopicThatIsMadeAgainStopsTheServicesThatKnowItsOffsets(Topic topic) throws Exception {
        // Given all services at work
        try (ServiceStack stack = Pipeline.stack(cluster, settings());
                Producing producing = new Producing(cluster)) {
            Map<String, Service> services = startAll(stack);
            goesThrough(producing);
            awaitServed(Pipeline.awaitLearned(cluster).getVersion());
            long learned = Pipeline.newest(cluster).getVersion();
            String before = id(topic);

            // When a topic is deleted, made again, and filled
            recreate(topic);
            produce(producing);

            // Then those who would go on at its old offsets stop, and say why
            for (String service : users(topic)) {
                assertThat(failureOf(services.get(service)))
                        .as(service)
                        .hasMessageContainingAll(
                                "topic " + cluster.topics().name(topic), "was deleted");
            }
            String last = users(topic).get(users(topic).size() - 1);
            assertThat(failureOf(services.get(last)))
                    .isInstanceOf(TopicRecreatedException.class)
                    .hasMessageContainingAll("was " + before, "is now " + id(topic));
            // ... and nothing of the new topic was learned
            if (topic == Topic.TRAINING_PAIRS) {
                assertThat(Pipeline.newest(cluster).getVersion()).isEqualTo(learned);
            }
        }
    }

    private static List<String> users(Topic topic) {
        return switch (topic) {
            case SAMPLES -> List.of("joiner", "teacher");
            case TRAINING_PAIRS -> List.of("joiner", "trainer");
            default -> List.of("trainer");
        };
    }

    @Test
    void readersThatRetentionHasOvertakenNameWhatIsLost() throws Exception {
        // Given services that have been away while samples came and went
        try (Producing producing = new Producing(cluster)) {
            try (ServiceStack stack = Pipeline.stack(cluster, settings())) {
                startAll(stack);
                goesThrough(producing);
            }
            produce(producing);
            deleteRecords(Topic.SAMPLES);
        }
        try (ServiceStack stack = Pipeline.stack(cluster, settings())) {
            // When they are back
            for (Service service : List.of(stack.teacher(), stack.joiner())) {
                // Then they do not go on as if nothing were missing
                assertThat(failureOf(service))
                        .hasMessageContainingAll(
                                "were removed before group " + cluster.prefix(),
                                cluster.topics().name(Topic.SAMPLES) + "-",
                                "--reset-offsets");
            }
        }
    }

    @Test
    void withoutTheRegistryKnownSchemasGoOnAndANewOneWaitsForIt() throws Exception {
        // Given all services with a registry of their own
        RegistrySettings settings = RegistrySettings.defaults();
        EmbeddedRegistry registry = EmbeddedRegistry.start(cluster.bootstrapServers(), settings);
        cluster = with(registry.url());
        try (ServiceStack stack = Pipeline.stack(cluster, settings());
                Producing producing = new Producing(cluster)) {
            Map<String, Service> services = startAll(stack);
            goesThrough(producing);
            NewerSamples newer =
                    NewerSamples.register(registry.url(), cluster.topics().name(Topic.SAMPLES));

            // When the registry goes away
            registry.close();

            // Then known schemas go on, up to the gateway
            produce(producing);
            awaitLastSampleIn((GatewayService) services.get("gateway"));
            // ... and a sample of a newer application waits until the registry is back
            Sample sample = producing.sample("newer", new byte[WIDTH]);
            producing.raw(
                    Topic.SAMPLES, "newer", newer.bytes(producing.encode(Topic.SAMPLES, sample)));
            produced++;
            registry =
                    EmbeddedRegistry.start(
                            cluster.bootstrapServers(), settings.withPort(registry.port()));
            goesThrough(producing);
            awaitServed(Pipeline.awaitLearned(cluster).getVersion());
            RunRecord run = Pipeline.checkLaws(cluster);
            assertThat(run.pairs()).hasSize(produced).anyMatch(pair -> pair.key().equals("newer"));
            assertThat(run.deadLetters()).isEmpty();
            assertThat(stack.failure()).isEmpty();
        } finally {
            registry.close();
        }
    }

    private ClusterSettings with(String registryUrl) {
        return new ClusterSettings(
                cluster.bootstrapServers(),
                registryUrl,
                cluster.prefix(),
                cluster.samplePartitions(),
                cluster.modelPartitions(),
                cluster.valueSerializer(),
                cluster.valueDeserializer(),
                Map.of());
    }

    private List<String> settings() {
        return List.of(
                "teacher.teacher.file=" + ConstantTeacher.write(folder, "u8", WIDTH, 2),
                "teacher.retry.backoff=200ms",
                "joiner.store=memory",
                "joiner.state-dir=" + folder.resolve("join"),
                "trainer.model.dims=" + WIDTH + ",8,2",
                "trainer.model.input.shape=" + WIDTH,
                "trainer.publish.interval=300ms",
                "trainer.recovery.backoff=100ms",
                "gateway.model=student",
                "gateway.id=edge",
                "gateway.signatures.policy=accept",
                "gateway.http.port=0",
                "gateway.http.drain=0s",
                "gateway.data-dir=" + folder.resolve("edge"));
    }

    private static Map<String, Service> startAll(ServiceStack stack) {
        return Map.of(
                "teacher", stack.teacher(),
                "joiner", stack.joiner(),
                "trainer", stack.trainer(PredictionListener.NONE),
                "gateway", stack.gateway());
    }

    private void produce(Producing producing) {
        for (int i = 0; i < BATCH; i++, produced++) {
            byte[] features = new byte[WIDTH];
            features[produced % WIDTH] = (byte) produced;
            Sample sample = producing.sample("sample-" + produced, features);
            lastEvent = sample.getEventTimeMillis();
            producing.send(sample);
        }
    }

    /** Produces some samples, and waits until they are in the journal. */
    private void goesThrough(Producing producing) {
        produce(producing);
        Pipeline.awaitPairs(cluster, produced);
        Pipeline.awaitLearned(cluster);
    }

    private void awaitServed(long version) {
        await("version " + version + " to be served")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(
                        () ->
                                TopicContents.read(
                                                cluster, Topic.GATEWAY_STATUS, GatewayStatus.class)
                                        .stream()
                                        .anyMatch(
                                                status ->
                                                        status.value().getServedVersion()
                                                                >= version));
    }

    /**
     * Waits for a version that knows the last sample; needs no registry, as reading topics does.
     */
    private void awaitLastSampleIn(GatewayService gateway) {
        await("a version with the last sample to be served")
                .atMost(PATIENCE)
                .until(
                        () ->
                                gateway.serving()
                                        .flatMap(model -> model.watermark())
                                        .filter(time -> time.toEpochMilli() >= lastEvent)
                                        .isPresent());
    }

    private static Throwable failureOf(Service service) {
        await("the service to stop").atMost(PATIENCE).until(() -> service.ended().isDone());
        try {
            service.ended().join();
            throw new AssertionError("the service ended as if all were well");
        } catch (CompletionException failed) {
            return failed.getCause();
        }
    }

    private void deleteRecords(Topic topic) throws Exception {
        try (Admin admin = new Clients(cluster).admin("it-faults")) {
            Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
            for (int p = 0; p < cluster.topics().partitions(topic); p++) {
                all.put(
                        new TopicPartition(cluster.topics().name(topic), p),
                        RecordsToDelete.beforeOffset(-1)); // to the end
            }
            admin.deleteRecords(all).all().get(30, TimeUnit.SECONDS);
        }
    }

    private void recreate(Topic topic) throws Exception {
        String name = cluster.topics().name(topic);
        try (Admin admin = new Clients(cluster).admin("it-faults")) {
            admin.deleteTopics(List.of(name)).all().get(30, TimeUnit.SECONDS);
            await("the topic to be gone")
                    .atMost(PATIENCE)
                    .until(() -> !admin.listTopics().names().get().contains(name));
        }
        TopicSetup.create(cluster, Optional.of((short) 1), PATIENCE);
    }

    private String id(Topic topic) throws Exception {
        String name = cluster.topics().name(topic);
        try (Admin admin = new Clients(cluster).admin("it-faults")) {
            return admin.describeTopics(List.of(name))
                    .allTopicNames()
                    .get(30, TimeUnit.SECONDS)
                    .get(name)
                    .topicId()
                    .toString();
        }
    }
}
