package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.cli.demo.Demo;
import io.decant.cli.demo.DemoOptions;
import io.decant.cli.demo.Report;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More classes than a byte counts, floats as features, and answers that hold a few classes. */
class ManyClassesIT {
    private static final int CLASSES = 300;
    private static final int INPUTS = 24;
    private static final int TRAINING = 6000;
    private static final double CHANCE = 1.0 / CLASSES;

    @Test
    void threeHundredClassesAreLearnedFromTheLikeliestTen(@TempDir Path folder) throws Exception {
        // Given
        Path dataset = Files.createDirectory(folder.resolve("floats"));
        Random random = new Random(5);
        double[][] centres = new double[CLASSES][INPUTS];
        for (double[] centre : centres) {
            fill(centre, random);
        }
        write(dataset, "train", TRAINING, centres, random);
        write(dataset, "t10k", 600, centres, random);
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        DemoOptions options =
                new DemoOptions(
                        dataset,
                        Optional.empty(),
                        Optional.empty(),
                        OptionalInt.empty(),
                        1,
                        0,
                        0,
                        true,
                        OptionalDouble.of(1500),
                        3,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(
                                "trainer.publish.interval=500ms",
                                "teacher.encoding=topk",
                                "teacher.top-k=10"));

        // When
        Report report;
        try (Demo demo =
                new Demo(
                        options,
                        folder,
                        new PrintStream(printed, true, StandardCharsets.UTF_8),
                        InstantSource.system())) {
            report = demo.run();
        }

        // Then answers are small, and the student has learned through them
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("shape [24], 300 classes");
        assertThat(report.samples()).isEqualTo(TRAINING / 2);
        assertThat(report.deadLetters()).isZero();
        assertThat(report.failedRequests()).isZero();
        assertThat(report.softTargetBytesPerRecord())
                .as("42 bytes of payload, key and header; a byte for each class would be 300")
                .isBetween(42.0, 200.0);
        assertThat(report.teacherHoldoutAccuracy()).isGreaterThan(50 * CHANCE);
        assertThat(report.holdoutAccuracy()).as("student of %s", report).isGreaterThan(10 * CHANCE);
    }

    private static void fill(double[] values, Random random) {
        for (int i = 0; i < values.length; i++) {
            values[i] = 2 * random.nextGaussian();
        }
    }

    /** IDX of big-endian floats and shorts; the first samples show every class. */
    private static void write(
            Path folder, String prefix, int count, double[][] centres, Random random)
            throws IOException {
        try (DataOutputStream samples = out(folder, prefix + "-images-idx2-float", 0x0d02);
                DataOutputStream labels = out(folder, prefix + "-labels-idx1-short", 0x0b01)) {
            samples.writeInt(count);
            samples.writeInt(INPUTS);
            labels.writeInt(count);
            for (int i = 0; i < count; i++) {
                int label = i < CLASSES ? i : random.nextInt(CLASSES);
                labels.writeShort(label);
                for (double centre : centres[label]) {
                    samples.writeFloat((float) (centre + random.nextGaussian()));
                }
            }
        }
    }

    private static DataOutputStream out(Path folder, String name, int magic) throws IOException {
        DataOutputStream out =
                new DataOutputStream(
                        new java.io.BufferedOutputStream(
                                Files.newOutputStream(folder.resolve(name))));
        out.writeInt(magic);
        return out;
    }
}
