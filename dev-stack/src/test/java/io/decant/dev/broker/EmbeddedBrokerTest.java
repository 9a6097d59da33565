package io.decant.dev.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.dev.DevStackException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
    @TempDir Path folder;

    @Test
    void aRestartOnTheSameFolderKeepsTopicsAndRecords() {
        // Given
        try (EmbeddedBroker first = EmbeddedBroker.start(folder, BrokerSettings.defaults())) {
            BrokerClients.createTopic(first, "kept", 1);
            BrokerClients.produce(first, "kept", 1, List.of("one", "two", "three"));
        }

        // When
        try (EmbeddedBroker again = EmbeddedBroker.start(folder, BrokerSettings.defaults())) {
            BrokerClients.produce(again, "kept", 1, List.of("four"));

            // Then
            assertThat(BrokerClients.readAll(again, "kept", 1))
                    .containsExactly("one", "two", "three", "four");
        }
    }

    @Test
    void aPortInUseIsNamedAtOnce() throws IOException {
        // Given
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            BrokerSettings settings = BrokerSettings.defaults().withPort(taken.getLocalPort());

            // When / Then
            assertThatThrownBy(() -> EmbeddedBroker.start(folder, settings))
                    .isInstanceOf(DevStackException.class)
                    .hasMessageContaining("port " + taken.getLocalPort())
                    .hasMessageContaining("choose another port");
        }
    }

    @Test
    void aFolderThatIsAFileIsRefused() throws IOException {
        // Given
        Path file = Files.writeString(folder.resolve("file"), "not a folder");

        // When / Then
        assertThatThrownBy(() -> EmbeddedBroker.start(file, BrokerSettings.defaults()))
                .isInstanceOf(DevStackException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("name a folder that can be written");
    }

    @Test
    void theFolderOfARunningBrokerIsRefusedAndThatBrokerGoesOn() {
        try (EmbeddedBroker running = EmbeddedBroker.start(folder, BrokerSettings.defaults())) {
            // Given
            BrokerClients.createTopic(running, "unharmed", 1);

            // When / Then
            assertThatThrownBy(() -> EmbeddedBroker.start(folder, BrokerSettings.defaults()))
                    .isInstanceOf(DevStackException.class)
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining("belongs to a broker that is running");
            BrokerClients.produce(running, "unharmed", 1, List.of("still here"));
            assertThat(BrokerClients.readAll(running, "unharmed", 1)).containsExactly("still here");
        }
    }
}
