package io.decant.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.decant.follower.ManualClock;
import io.decant.follower.Versions;
import io.decant.follower.reload.ServingModel;
import io.decant.follower.reload.ServingSlot;
import io.decant.gateway.GatewayCounters;
import io.decant.gateway.answer.AnswerObserver;
import io.decant.pipeline.config.Configuration;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** A server on a free port, and a client that writes every byte itself. */
final class RunningServer implements AutoCloseable {
    static final String INFER = "/v2/models/student/infer";

    final ServingSlot slot = new ServingSlot();
    final GatewayCounters counters = new GatewayCounters(System::nanoTime);
    final ManualClock clock = new ManualClock();
    final GatewayServer server;

    RunningServer(String... settings) {
        server =
                GatewayServer.start(
                        Configuration.of(
                                HttpSettings.class,
                                Stream.concat(Stream.of("port=0"), Stream.of(settings)).toList()),
                        Versions.MODEL,
                        slot,
                        () -> "how things stand",
                        counters,
                        AnswerObserver.NONE,
                        clock);
    }

    RunningServer serving(Versions versions, long version) {
        slot.swap(ServingModel.of(versions.accepted(version), clock.instant()), 0, false);
        return this;
    }

    /** An answer; header names are in lower case. */
    record Answer(int status, Map<String, String> headers, byte[] body) {
        /** The JSON: all of the body, or as much as the header says. */
        JsonNode json() throws IOException {
            String length = headers.get("inference-header-content-length");
            return new ObjectMapper()
                    .readTree(body, 0, length == null ? body.length : Integer.parseInt(length));
        }

        /** What follows the JSON. */
        byte[] raw() {
            int from = Integer.parseInt(headers.get("inference-header-content-length"));
            return java.util.Arrays.copyOfRange(body, from, body.length);
        }

        String error() throws IOException {
            return json().get("error").asText();
        }
    }

    /** A connection that stays open until it is closed. */
    final class Connection implements AutoCloseable {
        private final Socket socket;

        Connection() throws IOException {
            socket = new Socket("127.0.0.1", server.port());
            socket.setSoTimeout(20_000);
            socket.setTcpNoDelay(true);
        }

        void write(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        }

        Answer read() throws IOException {
            InputStream in = socket.getInputStream();
            String status = line(in);
            Map<String, String> headers = new LinkedHashMap<>();
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                int colon = line.indexOf(':');
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
            int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
            return new Answer(
                    Integer.parseInt(status.split(" ")[1]), headers, in.readNBytes(length));
        }

        /** Whether the server has closed the connection. */
        boolean ended() throws IOException {
            return socket.getInputStream().read() < 0;
        }

        private static String line(InputStream in) throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new EOFException("the server closed the connection");
                }
                line.write(c);
            }
            return line.toString(StandardCharsets.US_ASCII).strip();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** The bytes of a request with a body. */
    static byte[] post(String path, byte[] body, String... headers) {
        return request("POST", path, body, headers);
    }

    static byte[] get(String path) {
        return request("GET", path, new byte[0]);
    }

    private static byte[] request(String method, String path, byte[] body, String... headers) {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: x\r\n");
        if (Stream.of(headers).noneMatch(header -> header.startsWith("Content-Length"))) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return concat(utf8(head + "\r\n"), body);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** One request on a connection of its own. */
    Answer ask(byte[] request) throws IOException {
        try (Connection connection = new Connection()) {
            connection.write(request);
            return connection.read();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
