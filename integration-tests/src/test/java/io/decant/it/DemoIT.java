package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.decant.cli.demo.Demo;
import io.decant.cli.demo.DemoOptions;
import io.decant.cli.demo.Report;
import io.decant.it.harness.GeneratedDataset;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.TopicContents;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.Sample;
import io.decant.topics.Topic;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo on data of another shape and class count than MNIST's. */
class DemoIT {
    private static final Pattern SOME_LEARNED = Pattern.compile("learned [1-9]");
    private static final int CLASSES = 7;
    private static final double CHANCE = 1.0 / CLASSES;
    private static final int TRAINING = 2400;
    private static final int STREAMED = TRAINING / 2;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @Test
    void theDemoLearnsAGeneratedDatasetOfAnyShape(@TempDir Path folder) throws Exception {
        // Given 20 x 12 images of 7 classes
        Path dataset = new GeneratedDataset(20, 12, CLASSES, 120, 5).write(folder, TRAINING, 350);
        Path file = folder.resolve("report.json");

        // When the demo streams them with all labels
        Path page = folder.resolve("run.html");
        Report report =
                run(
                        options(
                                dataset,
                                OptionalInt.empty(),
                                1,
                                Optional.of(file),
                                Optional.of(page)),
                        folder);

        // Then the student has learned from every sample, was served through reloads, and no
        // request failed
        assertThat(report.samples()).isEqualTo(STREAMED);
        assertThat(report.labelledSamples()).isEqualTo(STREAMED);
        assertThat(report.deadLetters()).isZero();
        assertThat(report.teacherTrainedInRun()).isTrue();
        assertThat(report.teacherOverlap()).isEqualTo("none");
        assertThat(report.holdoutAccuracy()).as("student of %s", report).isGreaterThan(4 * CHANCE);
        assertThat(report.teacherHoldoutAccuracy()).isGreaterThan(4 * CHANCE);
        assertThat(report.labelsOnlyHoldoutAccuracy()).isGreaterThan(4 * CHANCE);
        assertThat(report.agreementWithTeacher()).isGreaterThan(4 * CHANCE);
        assertThat(report.prequentialAccuracy()).isBetween(2 * CHANCE, 1.0);
        assertThat(report.prequentialCleanAccuracy())
                .as("labels without noise")
                .isEqualTo(report.prequentialAccuracy());
        assertThat(report.versionsPublished()).isGreaterThan(1);
        assertThat(report.gatewayReloads()).isBetween(2L, report.versionsPublished());
        assertThat(report.requests()).isPositive();
        assertThat(report.failedRequests()).isZero();
        assertThat(report.weightsSha256()).matches("[0-9a-f]{64}");
        // The last version of a finite stream is the averaged weights themselves.
        assertThat(report.servedWeightsSha256()).isEqualTo(report.weightsSha256());
        assertThat(Report.read(file)).isEqualTo(report);
        assertThat(page)
                .content()
                .contains(
                        "role=\"img\"",
                        report.servedWeightsSha256(),
                        String.format(Locale.ROOT, "%.2f %%", 100 * report.holdoutAccuracy()),
                        report.versionsPublished() + " versions");
        assertThat(printed.toString(StandardCharsets.UTF_8)).endsWith("run: " + page + "\n");
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("student, through the gateway", "shape [20, 12], 7 classes");
    }

    @Test
    void withoutLabelsTheStudentLearnsAndPrequentialAccuracyIsNotANumber(@TempDir Path folder)
            throws Exception {
        // Given the same kind of data, and fewer samples
        Path dataset = new GeneratedDataset(20, 12, CLASSES, 80, 6).write(folder, TRAINING, 140);

        // When no label is produced
        Report report =
                run(
                        options(
                                dataset,
                                OptionalInt.of(800),
                                0,
                                Optional.empty(),
                                Optional.empty()),
                        folder);

        // Then there is nothing to score predictions by, except the file, and the student learned
        // all the same
        assertThat(report.labelledSamples()).isZero();
        assertThat(report.prequentialAccuracy()).isNull();
        assertThat(report.labelsOnlyHoldoutAccuracy()).isNull();
        assertThat(report.prequentialCleanAccuracy()).isBetween(2 * CHANCE, 1.0);
        assertThat(report.holdoutAccuracy()).as("student of %s", report).isGreaterThan(4 * CHANCE);
        assertThat(report.failedRequests()).isZero();
        assertThat(report.deadLetters()).isZero();
    }

    @Test
    void anInterruptedRunGoesOnAtTheFirstSampleNotProducedAndAFinishedOneTellsItsResult(
            @TempDir Path folder) throws Exception {
        // Given a run that is stopped in the middle of its stream
        Path dataset = new GeneratedDataset(8, 8, CLASSES, 80, 7).write(folder, TRAINING, 140);
        DemoOptions options = inFolder(dataset, folder.resolve("run"));
        Demo interrupted = demo(options, folder);
        CompletableFuture<Void> ended =
                CompletableFuture.runAsync(() -> assertThatThrownBy(interrupted::run).isNotNull());
        await("the middle of the stream")
                .atMost(Duration.ofSeconds(120))
                .until(() -> SOME_LEARNED.matcher(printed()).find() || ended.isDone());
        interrupted.close();
        ended.get(60, TimeUnit.SECONDS);
        assertThat(printed()).doesNotContain("agreement with the teacher");

        // When the same command is given again, and once more after its end
        Report report = run(options, folder);
        printed.reset();
        Report again = run(options, folder);

        // Then each sample was produced once, all were learned, and the result stays
        assertThat(report.samples()).isEqualTo(STREAMED);
        assertThat(report.deadLetters()).isZero();
        assertThat(report.failedRequests()).isZero();
        assertThat(report.holdoutAccuracy()).isGreaterThan(2 * CHANCE);
        assertThat(report.samplesPerSecond()).isPositive();
        assertThat(again).isEqualTo(report);
        assertThat(printed()).contains("has finished; its result").doesNotContain("broker 127");

        // When the stack is started again on the finished run's folder
        try (Demo stack = demo(options, folder)) {
            Report before = stack.runAndStay();

            // Then it runs, with what there was
            assertThat(before).isEqualTo(report);
            ClusterSettings cluster = cluster();
            assertThat(TopicContents.read(cluster, Topic.SAMPLES, Sample.class))
                    .extracting(TopicContents.Entry::key)
                    .hasSize(STREAMED)
                    .doesNotHaveDuplicates();
            Pipeline.checkLaws(cluster);
        }
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    /** The cluster that was started last. */
    private ClusterSettings cluster() {
        Matcher said = Pattern.compile("broker (\\S+), schema registry (\\S+)").matcher(printed());
        assertThat(said.find()).isTrue();
        return ClusterSettings.of(said.group(1), said.group(2));
    }

    private static DemoOptions inFolder(Path dataset, Path run) {
        return new DemoOptions(
                dataset,
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                1,
                0,
                0,
                true,
                OptionalDouble.of(100),
                3,
                Optional.empty(),
                Optional.empty(),
                Optional.of(run),
                List.of("trainer.publish.interval=200ms"));
    }

    private Demo demo(DemoOptions options, Path home) {
        return new Demo(
                options,
                home,
                new PrintStream(printed, true, StandardCharsets.UTF_8),
                InstantSource.system());
    }

    private static DemoOptions options(
            Path dataset,
            OptionalInt samples,
            double labelled,
            Optional<Path> report,
            Optional<Path> page) {
        return new DemoOptions(
                dataset,
                Optional.empty(),
                Optional.empty(),
                samples,
                labelled,
                0,
                0,
                true,
                OptionalDouble.of(400),
                3,
                report,
                page,
                Optional.empty(),
                List.of("trainer.publish.interval=200ms"));
    }

    private Report run(DemoOptions options, Path home) throws InterruptedException {
        try (Demo demo = demo(options, home)) {
            return demo.run();
        }
    }
}
