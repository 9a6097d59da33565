package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.decant.cli.Decant;
import io.decant.it.harness.Producing;
import io.decant.it.harness.SharedCluster;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.DType;
import io.decant.records.Encoding;
import io.decant.records.Label;
import io.decant.records.Outcome;
import io.decant.records.PairKind;
import io.decant.records.Prefix8;
import io.decant.records.SoftTarget;
import io.decant.records.Tensor;
import io.decant.records.TrainingPair;
import io.decant.topics.Topic;
import io.decant.trainer.TrainerConfig;
import io.decant.trainer.TrainerService;
import io.decant.trainer.journal.LogEnds;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
    private static final int INPUTS = 16;
    private static final int CLASSES = 4;
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
        Run all = decant("replay", "--verify", "--all", "-c", config);
        Run last = decant("replay", "--verify", Long.toString(versions), "-c", config);
        Run export = decant("journal", "export", "-c", config, "--out", file);

        // Then all versions are equal
        assertThat(all.exitCode).as(all.output).isZero();
        assertThat(all.output).contains(versions + " equal, 0 different, 0 not verifiable");
        assertThat(last.exitCode).as(last.output).isZero();
        assertThat(last.output).contains("version " + versions + ": weights sha256");
        assertThat(export.exitCode).as(export.output).isZero();

        // When the journal is gone from the cluster
        forgetJournal(cluster);
        Run gone = decant("replay", "--verify", "--all", "-c", config);
        Run plan = decant("replay", "--verify", "--all", "--dry-run", "-c", config);
        Run fromFile = decant("replay", "--verify", "--all", "--journal", file);

        // Then the cluster cannot prove the versions any more, and the file can
        assertThat(gone.exitCode).as(gone.output).isEqualTo(1);
        assertThat(gone.output).contains("NOT VERIFIABLE").contains(" 0 different");
        assertThat(plan.output).contains("missing: journal partition 0 offsets 0 to");
        assertThat(fromFile.exitCode).as(fromFile.output).isZero();
        assertThat(lastLine(fromFile)).isEqualTo(lastLine(all));
    }

    @Test
    void wrongUsageEndsWithTwoAndAnUnknownModelWithOne(
            ClusterSettings cluster, @TempDir Path folder) throws Exception {
        String config = configuration(cluster, folder);
        assertThat(decant("replay", "-c", config).exitCode).isEqualTo(2);
        assertThat(decant("replay", "--verify", "soon", "-c", config).exitCode).isEqualTo(2);
        assertThat(decant("replay", "--verify", "--all", "-c", config).exitCode).isEqualTo(1);
    }

    private static String lastLine(Run run) {
        List<String> lines = run.output.lines().filter(line -> !line.isBlank()).toList();
        return lines.get(lines.size() - 1);
    }

    /** Two lives of a trainer; returns the last version. */
    private static long learnLive(ClusterSettings cluster) throws Exception {
        Random random = new Random(SEED);
        List<String> unlabelled = new ArrayList<>();
        TrainerConfig config = trainer(cluster);
        try (Producing producing = new Producing(cluster)) {
            try (TrainerService first = TrainerService.start(config, InstantSource.system())) {
                produce(producing, 0, 250, unlabelled, random);
                await("versions of the first life")
                        .atMost(PATIENCE)
                        .until(
                                () ->
                                        first.progress()
                                                .published()
                                                .filter(version -> version.version() >= 3)
                                                .isPresent());
            }
            produce(producing, 250, 150, unlabelled, random);
            try (TrainerService second = TrainerService.start(config, InstantSource.system())) {
                produce(producing, 400, 250, unlabelled, random);
                return second.finish().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        }
    }

    private static TrainerConfig trainer(ClusterSettings cluster) {
        List<String> settings =
                new ArrayList<>(
                        List.of(
                                "model.dims=" + INPUTS + ",8," + CLASSES,
                                "model.input.shape=" + INPUTS,
                                "batch.linger=30ms",
                                "publish.interval=150ms",
                                // So many versions that there are some, however slow the machine
                                // is.
                                "publish.pairs=40",
                                "publish.keep-state-every=4"));
        Configuration.effective(cluster)
                .forEach((key, value) -> settings.add("cluster." + key + "=" + value));
        return Configuration.of(TrainerConfig.class, settings);
    }

    private static void produce(
            Producing producing, int from, int count, List<String> unlabelled, Random random) {
        for (int i = from; i < from + count; i++) {
            String id = "r-" + i;
            if (i % 60 == 59) {
                producing.raw(
                        Topic.TRAINING_PAIRS,
                        id,
                        "no Avro at all".getBytes(StandardCharsets.UTF_8));
                continue;
            }
            boolean correction = i % 5 == 4 && unlabelled.size() > 20;
            PairKind kind =
                    correction
                            ? PairKind.LABEL_CORRECTION
                            : i % 17 == 3
                                    ? PairKind.GATE
                                    : i % 2 == 0 ? PairKind.LABELLED : PairKind.SOFT_ONLY;
            String about = correction ? unlabelled.remove(0) : id;
            if (kind == PairKind.SOFT_ONLY) {
                unlabelled.add(id);
            }
            producing.raw(
                    Topic.TRAINING_PAIRS,
                    about,
                    producing.encode(Topic.TRAINING_PAIRS, pair(about, kind, random)));
        }
    }

    private static TrainingPair pair(String id, PairKind kind, Random random) {
        byte[] features = new byte[INPUTS];
        random.nextBytes(features);
        boolean taught = kind == PairKind.LABELLED || kind == PairKind.SOFT_ONLY;
        boolean labelled = kind == PairKind.LABELLED || kind == PairKind.LABEL_CORRECTION;
        return TrainingPair.newBuilder()
                .setKind(kind)
                .setSampleId(id)
                .setFeatures(new Tensor(DType.U8, List.of(INPUTS), ByteBuffer.wrap(features)))
                .setSoftTargets(taught ? List.of(answer(id, random)) : List.of())
                .setLabel(labelled ? new Label(id, random.nextInt(CLASSES), null, "it", 1L) : null)
                .setSamplePartition(0)
                .setSampleOffset(0)
                .setEventTimeMillis(1)
                .build();
    }

    private static SoftTarget answer(String id, Random random) {
        ByteBuffer logits =
                ByteBuffer.allocate(CLASSES * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        IntStream.range(0, CLASSES).forEach(c -> logits.putFloat((float) random.nextGaussian()));
        return SoftTarget.newBuilder()
                .setSampleId(id)
                .setTeacherId("teacher")
                .setTeacherVersion(new Prefix8(new byte[8]))
                .setOutcome(Outcome.SCORED)
                .setClassCount(CLASSES)
                .setTemperature(3)
                .setEncoding(Encoding.F32)
                .setPayload(logits.flip())
                .setFeatureHash(new Prefix8(new byte[8]))
                .setSamplePartition(0)
                .setSampleOffset(0)
                .setEventTimeMillis(1)
                .build();
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
