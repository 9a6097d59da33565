package io.decant.it.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.decant.dev.stack.ServiceStack;
import io.decant.it.harness.Commands;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.SharedCluster;
import io.decant.model.forward.ForwardArchive;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.model.teacher.TeacherCardFacts;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.teacher.TeacherService;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import io.decant.trainer.TrainerService;
import io.decant.trainer.join.JoinerService;
import io.decant.trainer.learn.PredictionListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A running pipeline with one slow stage, or with none, and what {@code decant doctor} says of it.
 * {@code -Ddoctor.draws=12 -Ddoctor.controls=2} is the long form.
 */
@ExtendWith(SharedCluster.class)
class DoctorIT {
    private static final long SEED = Long.getLong("test.seed", 20261122L);
    private static final Path MNIST = Path.of("..", "datasets", "mnist");
    private static final int RATE = 1500;
    private static final int CONTROL_RATE = 300;
    private static final int SECONDS = 24;

    /** So long the stream runs before the doctor looks at the last ten seconds. */
    private static final int LOOK_AT_SECONDS = 20;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final InputSpec INPUT =
            new InputSpec(DType.U8, List.of(28, 28), 1 / 255.0, 0.13, 0.31);

    @TempDir Path folder;

    static List<Bottleneck> draws() {
        return Bottleneck.drawn(
                SEED,
                Integer.getInteger("doctor.controls", 1),
                Integer.getInteger("doctor.draws", 1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("draws")
    void theStageThatLimitsIsNamedAndNoneWhereNoneDoes(
            Bottleneck bottleneck, ClusterSettings cluster) throws Exception {
        // Given
        int rate = bottleneck.stage().isEmpty() ? CONTROL_RATE : RATE;
        Commands commands = new Commands(cluster, folder);
        try (ServiceStack stack = Pipeline.stack(cluster, settings(bottleneck))) {
            TrainerService trainer = stack.trainer(PredictionListener.NONE);
            JoinerService joiner = stack.joiner();
            TeacherService teacher = stack.teacher();
            stack.gateway();
            await("all services")
                    .atMost(Duration.ofSeconds(90))
                    .until(
                            () ->
                                    trainer.progress().leading()
                                            && joiner.running().isDone()
                                            && teacher.isAnswering());
            CompletableFuture<Commands.Ended> feed =
                    CompletableFuture.supplyAsync(
                            () -> feed(commands, rate, bottleneck.labelDelay()));
            await("a stream of some seconds")
                    .atMost(Duration.ofSeconds(90))
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> samples(cluster) >= (long) rate * LOOK_AT_SECONDS);

            // When
            Commands.Ended doctor = commands.run("doctor", "--json", "--window", "10");
            Commands.Ended text = commands.run("doctor", "--no-machine", "--window", "10");

            // Then
            JsonNode said = JSON.readTree(doctor.out());
            String sentence = said.get("sentence").asText();
            System.out.println(bottleneck + " -> " + sentence);
            assertThat(said.get("limit").asText("")).as(text.out()).isEqualTo(bottleneck.stage());
            assertThat(sentence).doesNotContain("\n");
            assertThat(said.get("knob").asText().isEmpty()).isEqualTo(bottleneck.stage().isEmpty());
            assertThat(said.get("findings").findValuesAsText("about"))
                    .contains(
                            "brokers",
                            "schemas",
                            "topics",
                            "groups",
                            "acls",
                            "disks",
                            "services",
                            "clocks",
                            "dead letters",
                            "natives",
                            "device",
                            "keys");
            assertThat(doctor.exitCode()).as(text.out()).isZero();
            assertThat(feed.get().exitCode()).as(feed.get().errors()).isZero();
        }
    }

    private static Commands.Ended feed(Commands commands, int rate, int labelDelay) {
        return commands.run(
                "feed",
                "--dataset",
                MNIST.toString(),
                "--split",
                "train",
                "--range",
                "0:" + rate * SECONDS,
                "--rate",
                Integer.toString(rate),
                "--label-delay",
                Integer.toString(labelDelay));
    }

    /** Ends of the log, which cost the pipeline nothing. */
    private static long samples(ClusterSettings cluster) {
        Topics topics = cluster.topics();
        List<TopicPartition> partitions =
                IntStream.range(0, topics.partitions(Topic.SAMPLES))
                        .mapToObj(p -> new TopicPartition(topics.name(Topic.SAMPLES), p))
                        .toList();
        try (var consumer = new Clients(cluster).consumer("it-doctor", Map.of())) {
            return consumer.endOffsets(partitions).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    private List<String> settings(Bottleneck bottleneck) throws IOException {
        List<String> settings =
                new ArrayList<>(
                        List.of(
                                "teacher.teacher.file=" + teacher(bottleneck.teacherWidth()),
                                "joiner.state-dir=" + folder.resolve("joiner"),
                                "joiner.store=memory",
                                "trainer.model.name=student",
                                "trainer.model.dims=784,32,10",
                                "trainer.model.input.shape=28,28",
                                "trainer.publish.interval=1s",
                                "gateway.model=student",
                                "gateway.signatures.policy=accept",
                                "gateway.http.port=0",
                                "gateway.data-dir=" + folder.resolve("gateway")));
        for (String service : List.of("teacher", "joiner", "trainer", "gateway")) {
            settings.add(service + ".monitor.interval=1s");
        }
        settings.addAll(bottleneck.settings());
        return settings;
    }

    /** Random weights: what it says need not be right. */
    private Path teacher(int width) throws IOException {
        ModelSpec spec = ModelSpec.mlp(List.of(784, width, width, 10), INPUT);
        ByteBuffer weights =
                ByteBuffer.allocate(4 * spec.parameterCount()).order(ByteOrder.LITTLE_ENDIAN);
        Random random = new Random(SEED);
        for (int i = 0; i < spec.parameterCount(); i++) {
            weights.putFloat((float) (random.nextDouble() - 0.5) / 20);
        }
        TeacherCardFacts facts =
                new TeacherCardFacts(
                        INPUT,
                        true,
                        Optional.empty(),
                        OptionalDouble.empty(),
                        OptionalDouble.empty());
        return Files.write(
                folder.resolve("teacher.pt"),
                ForwardArchive.of(spec, weights.flip())
                        .extra(TeacherCardFacts.EXTRA, facts.toJson())
                        .toBytes());
    }
}
