package io.decant.dev.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.dev.DevStackException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerProcessTest {
    @TempDir Path folder;

    @Test
    void aKilledBrokerStartsAgainOnItsFolderAndPortWithAllConfirmedRecords() {
        // Given
        BrokerSettings settings =
                BrokerSettings.defaults()
                        .with("broker.session.timeout.ms", "3000") // what the second start waits
                        .with("broker.heartbeat.interval.ms", "500");
        int port;
        try (BrokerProcess first = BrokerProcess.start(folder, settings)) {
            port = first.port();
            BrokerClients.createTopic(first, "kept", 1);
            BrokerClients.produce(first, "kept", 1, List.of("one", "two"));
            first.kill();
        }

        // When
        try (BrokerProcess again = BrokerProcess.start(folder, settings.withPort(port))) {
            BrokerClients.produce(again, "kept", 1, List.of("three"));

            // Then
            assertThat(again.port()).isEqualTo(port);
            assertThat(BrokerClients.readAll(again, "kept", 1))
                    .containsExactly("one", "two", "three");
        }
        assertThat(folder.resolve("broker.pid")).doesNotExist();
        assertThat(folder.resolve("broker.log")).isNotEmptyFile();
    }

    @Test
    void aChildThatCannotStartSaysWhy() throws IOException {
        // Given
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            BrokerSettings settings = BrokerSettings.defaults().withPort(taken.getLocalPort());

            // When / Then
            assertThatThrownBy(() -> BrokerProcess.start(folder, settings))
                    .isInstanceOf(DevStackException.class)
                    .hasMessageContaining("port " + taken.getLocalPort())
                    .hasMessageContaining("choose another port")
                    .hasMessageContaining("the end of " + folder.resolve("broker.log"));
        }
    }

    @Test
    void aChildThatEndsAtOnceShowsTheEndOfItsLog() {
        // Given
        BrokerSettings wrong = BrokerSettings.defaults().with("num.io.threads", "many");

        // When / Then
        assertThatThrownBy(() -> BrokerProcess.start(folder, wrong))
                .isInstanceOf(DevStackException.class)
                .hasMessageContaining("num.io.threads")
                .hasMessageContaining("many");
    }
}
