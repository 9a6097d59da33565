package io.decant.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.config.ConfigurationException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeacherServiceTest {
    @TempDir Path folder;

    @Test
    void everythingThatKeepsATeacherFromStartingIsSaidAtOnce() throws IOException {
        // Given neither a broker nor a registry, and a file of text
        int closed = closedPort();
        Path file = Files.writeString(folder.resolve("notes.pt"), "not a model");

        // When
        ConfigurationException refused =
                catchThrowableOfType(
                        ConfigurationException.class,
                        () -> TeacherService.start(config(closed, file), InstantSource.system()));

        // Then
        assertThat(refused.problems())
                .satisfiesExactly(
                        registry ->
                                assertThat(registry)
                                        .startsWith("the schema registry at http://127.0.0.1:")
                                        .contains("cannot be reached"),
                        broker ->
                                assertThat(broker)
                                        .contains("127.0.0.1:" + closed, "does not answer"),
                        model ->
                                assertThat(model)
                                        .isEqualTo(
                                                file
                                                        + " is not a TorchScript archive: save the model with torch.jit.save(torch.jit.script(model), path), not with torch.save"));
    }

    @Test
    void aTeacherFileThatIsMissingIsNamed() throws IOException {
        // Given
        Path file = folder.resolve("none.pt");

        // When
        ConfigurationException refused =
                catchThrowableOfType(
                        ConfigurationException.class,
                        () ->
                                TeacherService.start(
                                        config(closedPort(), file), InstantSource.system()));

        // Then
        assertThat(refused.problems())
                .last()
                .isEqualTo(
                        file + " does not exist or is no file: give the path of a TorchScript .pt");
    }

    private static TeacherConfig config(int port, Path file) {
        return Configuration.of(
                TeacherConfig.class,
                List.of(
                        "cluster.bootstrap-servers=127.0.0.1:" + port,
                        "cluster.schema-registry-url=http://127.0.0.1:" + port,
                        "teacher.file=" + file,
                        "startup-patience=200ms"));
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
