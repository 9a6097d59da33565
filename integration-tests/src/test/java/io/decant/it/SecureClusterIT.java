package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.decant.cli.Decant;
import io.decant.dev.ClusterUsers;
import io.decant.dev.DevCluster;
import io.decant.dev.broker.BrokerSettings;
import io.decant.dev.stack.ServiceStack;
import io.decant.follower.reload.ServingModel;
import io.decant.gateway.GatewayService;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.Producing;
import io.decant.it.harness.Tally;
import io.decant.pipeline.access.AccessSet;
import io.decant.pipeline.access.Refusals;
import io.decant.pipeline.access.Role;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.topics.TopicSetup;
import io.decant.records.CheckpointManifest;
import io.decant.trainer.learn.PredictionListener;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that asks for TLS and passwords and lets nobody do more than its role needs. */
class SecureClusterIT {
    private static final int SAMPLES = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static DevCluster cluster;
    private static ClusterUsers users;

    @TempDir private Path folder;

    @BeforeAll
    static void start() {
        cluster = DevCluster.temporary(BrokerSettings.defaults().withSecurity(true));
        users = cluster.users().orElseThrow();
        TopicSetup.create(cluster.settings(), Optional.of((short) 1), PATIENCE);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void everyServiceWorksWithItsOwnRightsAndStopsWithASentenceWithoutThem() throws Exception {
        try (Producing samples = new Producing(as(Role.PRODUCER));
                Producing labels = new Producing(as(Role.LABEL_SOURCE));
                ServiceStack stack = Pipeline.stack(open(), settings())) {
            // Given samples and labels, from users who may write nothing else
            for (int i = 0; i < SAMPLES; i++) {
                samples.send(samples.sample("sample-" + i, Tally.oneHot(i, SAMPLES)));
                if (i % 3 == 0) {
                    labels.label("sample-" + i, 0);
                }
            }

            // When every service runs as its own user
            stack.trainer(PredictionListener.NONE);
            stack.joiner();
            stack.teacher();
            GatewayService gateway = stack.gateway();

            // Then each sample is learned once and served, as one who may only read sees
            ClusterSettings reader = as(Role.READER);
            Pipeline.awaitPairs(reader, SAMPLES);
            CheckpointManifest newest = Pipeline.awaitLearned(reader);
            assertThat(Tally.counts(reader, newest, SAMPLES)).containsOnly(1f);
            await("the newest version in service")
                    .atMost(PATIENCE)
                    .until(
                            () ->
                                    gateway.serving().map(ServingModel::version).orElse(0L)
                                            >= newest.getVersion());
            assertThat(stack.failure()).isEmpty();
            Pipeline.checkLaws(reader);

            // When a right is taken away in the middle of the run
            take(Role.TEACHER, "decant.soft-targets");
            samples.send(samples.sample("one-more", Tally.oneHot(0, SAMPLES)));

            // Then that service stops, and says what was refused and what helps
            await("the teacher to stop").atMost(PATIENCE).until(() -> stack.failure().isPresent());
            assertThat(
                            Refusals.of(as(Role.TEACHER), Optional.of(Role.TEACHER))
                                    .sentence(stack.failure().orElseThrow()))
                    .contains(
                            "user 'teacher' may not use topic decant.soft-targets, of which it needs Write, DescribeConfigs; give it its rights with: decant topics acls --service teacher --principal User:teacher --apply");
        }
    }

    @Test
    void commandsWorkWithAFileThatHoldsNoSecretAndSayWhatTheyMayNotDo() {
        // Given the reader's own file
        String file = users.file(Role.READER).toString();

        // When it looks, and when it would grant rights
        Ended look = run("topics", "describe", "-c", file);
        Ended grant =
                run(
                        "topics",
                        "acls",
                        "--service",
                        "reader",
                        "--principal",
                        "User:me",
                        "--apply",
                        "-c",
                        file);
        Ended make =
                run("topics", "acls", "--service", "gateway", "--principal", "User:me", "-c", file);

        // Then
        assertThat(look.errors()).isEmpty();
        assertThat(look.exitCode()).isZero();
        assertThat(users.file(Role.READER))
                .content()
                .contains("${file:")
                .doesNotContain("password=\"\"");
        assertThat(grant.exitCode()).isEqualTo(1);
        assertThat(grant.errors()).startsWith("decant: the broker refuses").hasLineCount(1);
        assertThat(make.out())
                .contains(
                        "--add --allow-principal User:me --operation Read --operation DescribeConfigs --topic decant.model-weights");
    }

    @Test
    void aWrongPasswordEndsACommandWithOneSentence() throws Exception {
        // Given
        Path wrong = folder.resolve("wrong.yaml");
        Files.writeString(
                wrong,
                Files.readString(users.file(Role.READER))
                        .replaceAll("password=\"[^\"]*\"", "password=\"guess\""));

        // When
        Ended ended = run("topics", "describe", "-c", wrong.toString());

        // Then
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.errors())
                .hasLineCount(1)
                .contains("check user and password in cluster.kafka.sasl.jaas.config")
                .doesNotContain("guess");
    }

    private List<String> settings() {
        List<String> settings = new ArrayList<>(users.serviceSettings());
        Tally.trainerSettings(SAMPLES).forEach(setting -> settings.add("trainer." + setting));
        Tally.teacherSettings(folder, SAMPLES)
                .forEach(setting -> settings.add("teacher." + setting));
        settings.addAll(
                List.of(
                        "joiner.state-dir=" + folder.resolve("join-state"),
                        "gateway.signatures.policy=accept",
                        "gateway.model=tally",
                        "gateway.start-offline=false",
                        "gateway.http.port=0",
                        "gateway.data-dir=" + folder.resolve("gateway")));
        return settings;
    }

    /** Where the cluster is, without a way in: services have their own. */
    private static ClusterSettings open() {
        return ClusterSettings.of(cluster.bootstrapServers(), cluster.registryUrl());
    }

    private static ClusterSettings as(Role role) {
        return users.as(role, cluster.registryUrl());
    }

    private static void take(Role role, String topic) throws Exception {
        List<AclBindingFilter> rights =
                AccessSet.of(role, open().topics()).stream()
                        .filter(grant -> grant.resource().name().equals(topic))
                        .flatMap(grant -> grant.bindings("User:" + role.text()).stream())
                        .map(binding -> binding.toFilter())
                        .toList();
        try (Admin admin = new Clients(cluster.settings()).admin("it-rights")) {
            admin.deleteAcls(rights).all().get(30, TimeUnit.SECONDS);
        }
    }

    private record Ended(int exitCode, String out, String errors) {}

    private static Ended run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter errors = new StringWriter();
        int exitCode = Decant.run(new PrintWriter(out), new PrintWriter(errors), arguments);
        return new Ended(exitCode, out.toString(), errors.toString());
    }
}
