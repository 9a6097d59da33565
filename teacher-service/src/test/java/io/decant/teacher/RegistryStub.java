package io.decant.teacher;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The two calls of a schema registry that the serializers make. <i>Thread-safe.</i> */
final class RegistryStub implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final List<String> schemas = new ArrayList<>();
    private final HttpServer server;

    RegistryStub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private synchronized void answer(HttpExchange call) throws IOException {
        String path = call.getRequestURI().getPath();
        if (path.startsWith("/schemas/ids/")) {
            int id = Integer.parseInt(path.substring("/schemas/ids/".length()));
            if (id < 1 || id > schemas.size()) {
                send(call, 404, JSON.createObjectNode().put("error_code", 40403));
            } else {
                send(call, 200, JSON.createObjectNode().put("schema", schemas.get(id - 1)));
            }
        } else {
            String schema = JSON.readTree(call.getRequestBody()).get("schema").textValue();
            if (!schemas.contains(schema)) {
                schemas.add(schema);
            }
            send(call, 200, JSON.createObjectNode().put("id", schemas.indexOf(schema) + 1));
        }
    }

    private static void send(HttpExchange call, int status, ObjectNode answer) throws IOException {
        byte[] bytes = answer.toString().getBytes(StandardCharsets.UTF_8);
        call.sendResponseHeaders(status, bytes.length);
        call.getResponseBody().write(bytes);
        call.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
