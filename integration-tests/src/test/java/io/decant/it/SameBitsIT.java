package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.decant.it.harness.JournalProducer;
import io.decant.it.harness.OtherJdk;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.ReplayProcess;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.TopicContents;
import io.decant.it.harness.TopicContents.Entry;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.CheckpointManifest;
import io.decant.topics.Topic;
import io.decant.trainer.TrainerConfig;
import io.decant.trainer.TrainerService;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What must not change a bit: how many records a poll brings, and the JVM. */
@ExtendWith(SharedCluster.class)
class SameBitsIT {
    private static final long SEED = Long.getLong("test.seed", 20261122L);
    private static final int RECORDS = 900;
    private static final int PER_VERSION = 60;

    /** In {@code mvn -P crash verify} all of these, otherwise the first. */
    private static final List<List<String>> JVM_FLAGS =
            List.of(
                    List.of("-XX:-TieredCompilation", "-XX:+UseParallelGC"),
                    List.of("-Xint", "-XX:+UseSerialGC"),
                    List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                    List.of("-XX:+UseG1GC"));

    @Test
    void versionsByCountAreTheSameHoweverManyRecordsAPollBrings(ClusterSettings shared) {
        // Given a journal of one partition
        ClusterSettings cluster = SharedCluster.withOnePartition(shared);
        try (JournalProducer journal = new JournalProducer(cluster, SEED)) {
            journal.produce(RECORDS);
        }

        // When models learn it whose trainers poll 1, 7 and 500 records
        SortedMap<Long, ByteBuffer> one = learn(cluster, 1);
        SortedMap<Long, ByteBuffer> seven = learn(cluster, 7);
        SortedMap<Long, ByteBuffer> many = learn(cluster, 500);

        // Then every version has the same weights
        assertThat(one).hasSize(RECORDS / PER_VERSION);
        assertThat(seven).isEqualTo(one);
        assertThat(many).isEqualTo(one);
    }

    @Test
    void anyJvmMakesTheSameVersionsAgain(ClusterSettings cluster, @TempDir Path folder)
            throws Exception {
        // Given versions that a trainer has published by time and count, from three partitions
        try (JournalProducer journal = new JournalProducer(cluster, SEED)) {
            journal.produce(RECORDS);
        }
        int versions = learnAll(cluster);

        // When JVMs of other kinds make them again
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<List<String>> flags =
                Boolean.getBoolean("all.jvms") ? JVM_FLAGS : JVM_FLAGS.subList(0, 1);

        // Then each finds the same digests
        for (List<String> some : flags) {
            assertThat(replay(java, some, cluster, folder)).as("%s", some).isEqualTo(versions);
        }
    }

    @Test
    void anotherJdkMakesTheSameVersionsAgain(ClusterSettings cluster, @TempDir Path folder)
            throws Exception {
        // Given another JDK on this machine, and versions that a trainer on this one has published
        Optional<OtherJdk> other = OtherJdk.find();
        assumeTrue(
                other.isPresent(),
                "no other JDK of version 17 or newer was found beside this one; name one with -Dother.jdk=DIR");
        try (JournalProducer journal = new JournalProducer(cluster, SEED)) {
            journal.produce(RECORDS);
        }
        int versions = learnAll(cluster);

        // When it makes them again, then it finds the same digests
        assertThat(replay(other.get().java(), List.of("-XX:+UseSerialGC"), cluster, folder))
                .as("JDK %s", other.get().version())
                .isEqualTo(versions);
        System.out.printf(
                "JDK %s made %d versions of JDK %s again: all equal%n",
                other.get().version(), versions, System.getProperty("java.version"));
    }

    /** Weights digests of a model that is published by count alone. */
    private static SortedMap<Long, ByteBuffer> learn(ClusterSettings cluster, int pollRecords) {
        String model = "polls-" + pollRecords;
        List<String> settings = settings(cluster, model);
        settings.add("cluster.kafka.max.poll.records=" + pollRecords);
        settings.add("batch.linger=1h");
        settings.add("publish.interval=1h");
        settings.add("publish.pairs=" + PER_VERSION);
        try (TrainerService trainer = start(settings)) {
            Pipeline.awaitVersion(cluster, model, RECORDS / PER_VERSION);
            assertThat(trainer.ended()).isNotDone();
        }
        SortedMap<Long, ByteBuffer> digests = new TreeMap<>();
        TopicContents.read(cluster, Topic.MODEL_REGISTRY, CheckpointManifest.class).stream()
                .map(Entry::value)
                .filter(manifest -> manifest.getModel().equals(model))
                .forEach(
                        manifest ->
                                digests.put(manifest.getVersion(), manifest.getWeightsDigest()));
        return digests;
    }

    private static int learnAll(ClusterSettings cluster) throws Exception {
        List<String> settings = settings(cluster, "student");
        settings.add("publish.pairs=" + PER_VERSION);
        try (TrainerService trainer = start(settings)) {
            return trainer.finish().get(60, TimeUnit.SECONDS).intValue();
        }
    }

    private static TrainerService start(List<String> settings) {
        return TrainerService.start(
                Configuration.of(TrainerConfig.class, settings), InstantSource.system());
    }

    private static List<String> settings(ClusterSettings cluster, String model) {
        List<String> settings = new ArrayList<>(JournalProducer.trainerSettings(model));
        settings.addAll(SharedCluster.settings(cluster));
        return settings;
    }

    /** Versions that a child JVM found equal. */
    private static int replay(Path java, List<String> flags, ClusterSettings cluster, Path folder)
            throws IOException, InterruptedException {
        Path log = folder.resolve("replay.log");
        List<String> command =
                Stream.of(
                                List.of(java.toString()),
                                flags,
                                List.of(
                                        "-Xmx512m",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        ReplayProcess.class.getName(),
                                        cluster.bootstrapServers(),
                                        cluster.schemaRegistryUrl(),
                                        cluster.prefix(),
                                        Integer.toString(cluster.samplePartitions()),
                                        Integer.toString(cluster.modelPartitions()),
                                        "student"))
                        .flatMap(List::stream)
                        .toList();
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            assertThat(process.waitFor(180, TimeUnit.SECONDS))
                    .as("ended in time; log:%n%s", Files.readString(log))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as("log:%n%s", Files.readString(log)).isZero();
        return Files.readAllLines(log).stream()
                .filter(line -> line.startsWith(ReplayProcess.EQUAL))
                .map(line -> Integer.parseInt(line.substring(ReplayProcess.EQUAL.length())))
                .findFirst()
                .orElseThrow();
    }
}
