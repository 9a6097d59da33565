package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.decant.it.harness.LearningProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trainer that runs for months must not grow. */
class MemoryIT {
    private static final int WARM_UP = 20_000;
    private static final int STEPS = 100_000;
    private static final long MEGABYTES = 40;

    /** What the process printed: steps done, resident kilobytes, tensors held on the Java side. */
    private record Measured(long steps, long residentKilobytes, int heldTensors) {
        static Measured of(String line) {
            String[] words = line.split(" ");
            return new Measured(Long.parseLong(words[1]), Long.parseLong(words[2]), Integer.parseInt(words[3]));
        }
    }

    @Test
    void learningAHundredThousandStepsNeedsNoMoreMemoryThanLearningAFew(@TempDir Path folder) throws Exception {
        assumeTrue(LearningProcess.canMeasure(), "this system does not say how much memory a process has");
        // Given a process whose heap has its full size from the start, so that only native memory can grow
        Path log = folder.resolve("learning.log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
                        LearningProcess.class.getName(), Integer.toString(WARM_UP), Integer.toString(STEPS))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();

        // When it has learned for very long
        try {
            assertThat(process.waitFor(240, TimeUnit.SECONDS)).as("ended in time; log:%n%s", Files.readString(log)).isTrue();
        } finally {
            process.destroyForcibly();
        }

        // Then it holds as much as after the warm-up
        List<Measured> measured = Files.readAllLines(log).stream().filter(line -> line.startsWith("result ")).map(Measured::of).toList();
        assertThat(measured).as("log:%n%s", Files.readString(log)).hasSize(2);
        Measured warm = measured.get(0);
        Measured end = measured.get(1);
        assertThat(warm.steps()).isEqualTo(WARM_UP);
        assertThat(end.steps()).isEqualTo(WARM_UP + STEPS);
        assertThat(end.residentKilobytes() - warm.residentKilobytes()).as("growth in kB from %s to %s", warm, end).isLessThanOrEqualTo(MEGABYTES * 1024);
        assertThat(end.heldTensors()).isEqualTo(warm.heldTensors()).isPositive();
    }
}
