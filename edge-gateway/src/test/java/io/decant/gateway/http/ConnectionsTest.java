package io.decant.gateway.http;

import static io.decant.gateway.http.RunningServer.INFER;
import static io.decant.gateway.http.RunningServer.concat;
import static io.decant.gateway.http.RunningServer.get;
import static io.decant.gateway.http.RunningServer.post;
import static io.decant.gateway.http.RunningServer.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.decant.follower.Versions;
import io.decant.gateway.http.RunningServer.Answer;
import io.decant.gateway.http.RunningServer.Connection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections that stay, requests in a row, floods, and the end of a server. */
@Timeout(60)
class ConnectionsTest {
    private static final String READY = "/v2/health/ready";

    /** Requests that are sent until another thread has come as far as the test needs. */
    private static final int TRIES = 500;

    private static byte[] question(String id) {
        return post(
                INFER,
                utf8(
                        """
                        {"id": "%s", "inputs": [{"name": "input", "datatype": "UINT8", "shape": [1, 2, 2], "data": [1, 2, 3, 4]}]}"""
                                .formatted(id)));
    }

    @Test
    void requestsThatComeAllAtOnceOnOneConnectionAreAnsweredInTheirOrder() throws Exception {
        try (RunningServer server = new RunningServer().serving(Versions.small(), 7);
                Connection connection = server.new Connection()) {
            // When
            connection.write(
                    concat(
                            question("1"),
                            question("2"),
                            get(READY),
                            post(INFER, utf8("x")),
                            question("3")));

            // Then
            assertThat(connection.read().json().get("id").asText()).isEqualTo("1");
            assertThat(connection.read().json().get("id").asText()).isEqualTo("2");
            assertThat(connection.read().json().get("ready").asBoolean()).isTrue();
            assertThat(connection.read().status()).isEqualTo(400);
            assertThat(connection.read().json().get("id").asText()).isEqualTo("3");
        }
    }

    @Test
    void withATokenFileOnlyPredictionsAskForAToken(@TempDir Path folder) throws Exception {
        // Given
        String token = "a-token-of-some-length";
        Path file = Files.writeString(folder.resolve("tokens"), token);
        byte[] body =
                utf8(
                        """
                        {"inputs": [{"name": "input", "datatype": "UINT8", "shape": [1, 2, 2], "data": [1, 2, 3, 4]}]}""");
        try (RunningServer server =
                new RunningServer("security.token-file=" + file).serving(Versions.small(), 7)) {
            // When
            Answer without = server.ask(post(INFER, body));
            Answer with = server.ask(post(INFER, body, "Authorization: Bearer " + token));
            Answer probe = server.ask(get(READY));

            // Then
            assertThat(without.status()).isEqualTo(401);
            assertThat(without.headers()).containsEntry("www-authenticate", "Bearer");
            assertThat(without.error()).startsWith("this needs a token");
            assertThat(with.status()).isEqualTo(200);
            assertThat(probe.status()).isEqualTo(200);
        }
    }

    @Test
    void aBodyThatIsAnnouncedTooLargeIsRefusedBeforeItComes() throws Exception {
        try (RunningServer server = new RunningServer().serving(Versions.small(), 7);
                Connection connection = server.new Connection()) {
            // When
            connection.write(post(INFER, new byte[0], "Content-Length: 999999999999"));

            // Then
            Answer answer = connection.read();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.headers()).containsEntry("connection", "close");
        }
    }

    @Test
    void bodiesBeyondTheBoundOfAllTogetherAreTurnedAwayUntilOthersAreDone() throws Exception {
        try (RunningServer server =
                        new RunningServer("queued-bytes=4000", "max-body-bytes=3000")
                                .serving(Versions.small(), 7);
                Connection first = server.new Connection()) {
            // Given a body of 3 000 bytes of which 2 900 have come, and were read: the thread that
            // reads has been asked twice since
            first.write(post(INFER, new byte[2900], "Content-Length: 3000"));
            server.ask(get(READY));
            server.ask(get(READY));

            // When
            Answer answer = server.ask(post(INFER, utf8(" ".repeat(2000) + "x")));

            // Then
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.headers()).containsEntry("retry-after", "1");
            assertThat(answer.error()).contains("http.queued-bytes");
            // And when the first is done, there is room again
            first.write(new byte[100]);
            assertThat(first.read().status()).isEqualTo(400);
            for (int i = 0; i < TRIES && answer.status() == 503; i++) {
                answer = server.ask(post(INFER, utf8(" ".repeat(2000) + "x")));
            }
            assertThat(answer.status()).isEqualTo(400);
        }
    }

    @Test
    void aStoppingServerFirstSaysSoThenRefusesAndFinishesWhatIsInProgress() throws Exception {
        // Given a request whose body is not complete
        RunningServer server = new RunningServer("drain=1h").serving(Versions.small(), 7);
        try (server;
                Connection slow = server.new Connection();
                Connection waiting = server.new Connection()) {
            byte[] request = question("slow");
            slow.write(java.util.Arrays.copyOf(request, request.length - 1));
            waiting.write(get(READY));
            assertThat(waiting.read().status()).isEqualTo(200);

            // When it stops
            Thread stopping = new Thread(server.server::close);
            stopping.start();

            // Then it is not ready at once, still answers, and asks clients to leave
            Answer ready = server.ask(get(READY));
            for (int i = 0; i < TRIES && ready.status() == 200; i++) {
                ready = server.ask(get(READY));
            }
            assertThat(ready.status()).isEqualTo(503);
            assertThat(ready.json().get("reason").asText()).isEqualTo("the gateway is stopping");
            assertThat(server.ask(get("/v2/models/student/ready")).status()).isEqualTo(503);
            assertThat(server.ask(get("/v2/health/live")).status()).isEqualTo(200);
            Answer answer = server.ask(question("late"));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.headers()).containsEntry("connection", "close");

            // When it is told again
            Thread again = new Thread(server.server::close);
            again.start();

            // Then new requests are refused, and the one in progress is answered
            waiting.write(question("refused"));
            Answer refused = waiting.read();
            if (refused.status() == 200) {
                // It came before the doors were shut; that answer ended the connection.
                assertThat(refused.headers()).containsEntry("connection", "close");
            } else {
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.headers())
                        .containsEntry("connection", "close")
                        .containsEntry("retry-after", "1");
                assertThat(refused.error()).isEqualTo("the gateway is stopping; ask another one");
            }
            assertThat(waiting.ended()).isTrue();
            slow.write(new byte[] {request[request.length - 1]});
            assertThat(slow.read().json().get("id").asText()).isEqualTo("slow");
            stopping.join();
            again.join();
        }
    }

    @Test
    void isNotReadyWhenItsModelHasLearnedNothingForLongerThanTheLimitButGoesOnAnswering()
            throws Exception {
        // Given version 7, which has learned up to 1 000 007 ms, at 2 000 000 ms
        try (RunningServer within =
                        new RunningServer("staleness-limit=999993ms").serving(Versions.small(), 7);
                RunningServer beyond =
                        new RunningServer("staleness-limit=999992ms")
                                .serving(Versions.small(), 7)) {
            // When
            Answer fresh = within.ask(get(READY));
            Answer stale = beyond.ask(get(READY));

            // Then
            assertThat(fresh.status()).isEqualTo(200);
            assertThat(stale.status()).isEqualTo(503);
            assertThat(stale.json().get("reason").asText())
                    .isEqualTo(
                            "version 7 has learned nothing newer than 999993 ms; http.staleness-limit is 999992 ms (how things stand)");
            assertThat(stale.headers()).containsEntry("decant-model-version", "7");
            assertThat(beyond.ask(get("/v2/models/student/ready")).status()).isEqualTo(503);
            assertThat(beyond.ask(get("/v2/health/live")).status()).isEqualTo(200);
            assertThat(beyond.ask(question("a")).status()).isEqualTo(200);
        }
    }

    @Test
    void manyClientsThatAskAtOnceAllGetTheirOwnAnswer() throws Exception {
        // Given clients whose requests are all sent before the first answer is read
        try (RunningServer server =
                new RunningServer("worker-threads=1", "batch-rows=8", "batch-wait=5ms")
                        .serving(Versions.small(), 7)) {
            List<Connection> clients = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                clients.add(server.new Connection());
            }
            // When
            for (int i = 0; i < clients.size(); i++) {
                clients.get(i).write(question("client " + i));
            }
            // Then
            for (int i = 0; i < clients.size(); i++) {
                Answer answer = clients.get(i).read();
                assertThat(answer.json().get("id").asText()).isEqualTo("client " + i);
                clients.get(i).close();
            }
            assertThat(server.counters.snapshot().answered()).isEqualTo(50);
        }
    }
}
