package io.decant.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.decant.it.harness.CrashCluster;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that is full under the broker. It mounts a small file system, so it needs a user who may:
 * {@code mvn -P faults verify} as root, or in a user namespace.
 */
@Tag("faults")
class FullDiskIT {
    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final int BLOCK = 64 << 10;

    @Test
    void aBrokerWhoseDiskWasFullGoesOnWhenThereIsSpaceAndNothingAcknowledgedIsLost(
            @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
        Path disk = Files.createDirectories(folder.resolve("disk"));
        execute("mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", disk.toString());
        try (CrashCluster cluster = CrashCluster.start(disk.resolve("broker"));
                FaultyRun run =
                        new FaultyRun(
                                cluster, folder, LONGEST, FaultyRun.Settings.DEFAULTS, false)) {
            run.start()
                    .bears(
                            "disk full under the broker",
                            () -> {
                                Path filler = disk.resolve("filler");
                                fill(filler);
                                await("the broker to stop")
                                        .atMost(LONGEST)
                                        .until(() -> !cluster.isBrokerAlive());
                                run.lasts(Duration.ofSeconds(15));
                                Files.delete(filler);
                                cluster.startBroker();
                            });
        } finally {
            execute("umount", "--lazy", disk.toString());
        }
    }

    /** Takes all space that is left. */
    private static void fill(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            byte[] block = new byte[BLOCK];
            while (file.toFile().getUsableSpace() > 0) {
                out.write(block);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    private static void execute(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as("%s: %s (mounting needs root)", String.join(" ", command), output)
                .isZero();
    }
}
