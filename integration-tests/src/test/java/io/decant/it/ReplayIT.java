package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.decant.cli.Decant;
import io.decant.it.harness.JournalProducer;
import io.decant.it.harness.SharedCluster;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.topics.Topic;
import io.decant.trainer.TrainerConfig;
import io.decant.trainer.TrainerService;
import io.decant.trainer.journal.LogEnds;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What was learned live is made again bit for bit, from the cluster and from a file. */
@ExtendWith(SharedCluster.class)
class ReplayIT {
    private static final long SEED = Long.getLong("test.seed", 20261122L);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private record Run(int exitCode, String output) {}

    @Test
    void whatWasLearnedLiveIsEqualFromTheClusterAndFromAFileThatOutlivesIt(
            ClusterSettings cluster, @TempDir Path folder) throws Exception {
        // Given a model that was learned from every kind of record, by a trainer that was restarted
        long versions = learnLive(cluster);
        String config = configuration(cluster, folder);
        String file = folder.resolve("student.avro").toString();

        // When everything is verified from the cluster, and exported
        Path page = folder.resolve("replay.html");
        Run all = decant("replay", "--verify", "--all", "-c", config, "--page", page.toString());
        Run last =
                decant(
                        "replay",
                        "--verify",
                        Long.toString(versions),
                        "-c",
                        config,
                        "--page",
                        "none");
        Run export = decant("journal", "export", "-c", config, "--out", file);

        // Then all versions are equal
        assertThat(all.exitCode).as(all.output).isZero();
        assertThat(all.output).contains(versions + " equal, 0 different, 0 not verifiable");
        assertThat(all.output).contains("page of the run: " + page);
        assertThat(page).content().contains("All " + versions + " versions", "bit for bit");
        assertThat(last.exitCode).as(last.output).isZero();
        assertThat(last.output).contains("version " + versions + ": weights sha256");
        assertThat(export.exitCode).as(export.output).isZero();

        // When the journal is gone from the cluster
        forgetJournal(cluster);
        Run gone = decant("replay", "--verify", "--all", "-c", config, "--page", "none");
        Run plan = decant("replay", "--verify", "--all", "--dry-run", "-c", config);
        Run fromFile = decant("replay", "--verify", "--all", "--journal", file, "--page", "none");

        // Then the cluster cannot prove the versions any more, and the file can
        assertThat(gone.exitCode).as(gone.output).isEqualTo(1);
        assertThat(gone.output).contains("NOT VERIFIABLE").contains(" 0 different");
        assertThat(plan.output).contains("missing: journal partition 0 offsets");
        assertThat(fromFile.exitCode).as(fromFile.output).isZero();
        assertThat(lastVersion(fromFile)).isEqualTo(lastVersion(all));
    }

    @Test
    void wrongUsageEndsWithTwoAndAnUnknownModelWithOne(
            ClusterSettings cluster, @TempDir Path folder) throws Exception {
        String config = configuration(cluster, folder);
        assertThat(decant("replay", "-c", config).exitCode).isEqualTo(2);
        assertThat(decant("replay", "--verify", "soon", "-c", config).exitCode).isEqualTo(2);
        assertThat(decant("replay", "--verify", "--all", "-c", config).exitCode).isEqualTo(1);
    }

    private static String lastVersion(Run run) {
        return run.output.lines().filter(line -> line.startsWith("version ")).findFirst().get();
    }

    /** Two lives of a trainer, the second with another setting; returns the last version. */
    private static long learnLive(ClusterSettings cluster) throws Exception {
        try (JournalProducer journal = new JournalProducer(cluster, SEED)) {
            try (TrainerService first =
                    TrainerService.start(trainer(cluster, "0.003"), InstantSource.system())) {
                journal.produce(250);
                await("versions of the first life")
                        .atMost(PATIENCE)
                        .until(
                                () ->
                                        first.progress()
                                                .published()
                                                .filter(version -> version.version() >= 3)
                                                .isPresent());
            }
            journal.produce(150);
            try (TrainerService second =
                    TrainerService.start(trainer(cluster, "0.001"), InstantSource.system())) {
                journal.produce(250);
                return second.finish().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        }
    }

    private static TrainerConfig trainer(ClusterSettings cluster, String learningRate) {
        List<String> settings = new ArrayList<>(JournalProducer.trainerSettings("student"));
        settings.addAll(
                List.of(
                        "learning-rate=" + learningRate,
                        "batch.linger=30ms",
                        "publish.interval=150ms",
                        // So many versions that there are some, however slow the machine is.
                        "publish.pairs=40",
                        "publish.keep-state-every=4"));
        Configuration.effective(cluster)
                .forEach((key, value) -> settings.add("cluster." + key + "=" + value));
        return Configuration.of(TrainerConfig.class, settings);
    }

    private static void forgetJournal(ClusterSettings cluster) throws Exception {
        try (Admin admin = new Clients(cluster).admin("it-replay")) {
            List<TopicPartition> journal =
                    IntStream.range(0, cluster.samplePartitions())
                            .mapToObj(
                                    partition ->
                                            new TopicPartition(
                                                    cluster.topics().name(Topic.TRAINING_PAIRS),
                                                    partition))
                            .toList();
            Map<TopicPartition, RecordsToDelete> all =
                    LogEnds.of(admin, journal, PATIENCE).entrySet().stream()
                            .collect(
                                    Collectors.toMap(
                                            Map.Entry::getKey,
                                            end -> RecordsToDelete.beforeOffset(end.getValue())));
            admin.deleteRecords(all).all().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static String configuration(ClusterSettings cluster, Path folder) throws Exception {
        StringBuilder yaml = new StringBuilder("cluster:\n");
        Configuration.effective(cluster)
                .forEach(
                        (key, value) ->
                                yaml.append("  ")
                                        .append(key)
                                        .append(": ")
                                        .append(value)
                                        .append('\n'));
        return Files.writeString(folder.resolve("cluster.yaml"), yaml).toString();
    }

    private static Run decant(String... arguments) {
        StringWriter output = new StringWriter();
        PrintWriter writer = new PrintWriter(output);
        return new Run(Decant.run(writer, writer, arguments), output.toString());
    }
}
