package io.decant.it.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A headless Chromium with one page, driven over its DevTools protocol: no driver program is needed
 * beside the browser. <i>Owned by one thread.</i>
 */
public final class Browser implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome");
    private static final String READY = "DevTools listening on ";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final WebSocket socket;
    private final Wire wire;
    private final AtomicInteger ids = new AtomicInteger();

    private Browser(Process process, WebSocket socket, Wire wire) {
        this.process = process;
        this.socket = socket;
        this.wire = wire;
    }

    /** The browser on this machine's path, or the one that {@code -Ddecant.chromium} names. */
    public static Optional<Path> find() {
        String named = System.getProperty("decant.chromium", "");
        if (!named.isEmpty()) {
            return Optional.of(Path.of(named));
        }
        return Stream.of(System.getenv("PATH").split(":"))
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts a browser with an empty page; its files go into the folder. */
    public static Browser start(Path program, Path folder) throws Exception {
        Process process =
                new ProcessBuilder(
                                program.toString(),
                                "--headless=new",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-dev-shm-usage",
                                "--no-first-run",
                                "--enable-precise-memory-info",
                                "--remote-debugging-port=0",
                                "--user-data-dir=" + folder,
                                "--window-size=1280,900",
                                "about:blank")
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        URI listening = URI.create(listening(process));
        HttpClient client = HttpClient.newHttpClient();
        URI targets = URI.create("http://127.0.0.1:" + listening.getPort() + "/json/list");
        JsonNode pages =
                JSON.readTree(
                        client.send(
                                        HttpRequest.newBuilder(targets).build(),
                                        HttpResponse.BodyHandlers.ofString())
                                .body());
        Wire wire = new Wire();
        String page = pages.findValuesAsText("webSocketDebuggerUrl").get(0);
        WebSocket socket =
                client.newWebSocketBuilder()
                        .buildAsync(URI.create(page), wire)
                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        Browser browser = new Browser(process, socket, wire);
        browser.send("Runtime.enable", Map.of());
        browser.send("Log.enable", Map.of());
        browser.send("Page.enable", Map.of());
        return browser;
    }

    private static String listening(Process process) throws IOException {
        BufferedReader errors =
                new BufferedReader(
                        new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
        for (String line = errors.readLine(); line != null; line = errors.readLine()) {
            if (line.startsWith(READY)) {
                drain(errors);
                return line.substring(READY.length());
            }
        }
        throw new IOException("the browser ended before it listened");
    }

    /** A pipe that nobody reads would stop the browser when it is full. */
    private static void drain(BufferedReader errors) {
        Thread reader =
                new Thread(
                        () -> {
                            try {
                                while (errors.readLine() != null) {}
                            } catch (IOException ended) {
                                // So has the browser.
                            }
                        },
                        "browser-errors");
        reader.setDaemon(true);
        reader.start();
    }

    /** Answers and events as they come. <i>Thread-safe.</i> */
    private static final class Wire implements WebSocket.Listener {
        private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
        private final List<String> complaints = new CopyOnWriteArrayList<>();
        private final StringBuilder part = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            part.append(text);
            if (last) {
                take(part.toString());
                part.setLength(0);
            }
            socket.request(1);
            return null;
        }

        private void take(String message) {
            try {
                JsonNode node = JSON.readTree(message);
                if (node.has("id")) {
                    waiting.remove(node.get("id").asInt()).complete(node);
                } else {
                    event(node);
                }
            } catch (IOException notJson) {
                complaints.add("not JSON: " + message);
            }
        }

        private void event(JsonNode node) {
            String method = node.path("method").asText();
            JsonNode entry = node.path("params").path("entry");
            if (method.equals("Runtime.exceptionThrown")
                    || method.equals("Log.entryAdded")
                            && entry.path("level").asText().equals("error")) {
                complaints.add(node.path("params").toString());
            }
        }
    }

    /** One command of the protocol; returns its result. */
    public JsonNode send(String method, Map<String, Object> parameters) throws Exception {
        int id = ids.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        wire.waiting.put(id, answer);
        ObjectNode command = JSON.createObjectNode().put("id", id).put("method", method);
        command.set("params", JSON.valueToTree(parameters));
        socket.sendText(command.toString(), true).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        JsonNode node = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (node.has("error")) {
            throw new IllegalStateException(method + ": " + node.get("error"));
        }
        return node.get("result");
    }

    public void open(String url) throws Exception {
        send("Page.navigate", Map.of("url", url));
        await("document.readyState === 'complete' && location.href.startsWith('" + url + "')");
    }

    /** The value of an expression in the page; of a promise, what it comes to. */
    public JsonNode value(String expression) throws Exception {
        JsonNode result =
                send(
                        "Runtime.evaluate",
                        Map.of(
                                "expression", expression,
                                "returnByValue", true,
                                "awaitPromise", true));
        if (result.has("exceptionDetails")) {
            throw new IllegalStateException(
                    expression + " failed: " + result.get("exceptionDetails"));
        }
        return result.get("result").path("value");
    }

    /** Waits until an expression is true. */
    public void await(String expression) {
        Awaitility.await(expression)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> value("Boolean(" + expression + ")").asBoolean());
    }

    /** Presses a key that has a name, such as Tab or ArrowRight. */
    public void press(String key) throws Exception {
        int code =
                Map.of("Tab", 9, "Enter", 13, "Escape", 27, "ArrowRight", 39, "ArrowLeft", 37)
                        .get(key);
        // Only a key that stands for a text does what it does by default.
        String text = key.equals("Enter") ? "\r" : "";
        for (String type : List.of("keyDown", "keyUp")) {
            send(
                    "Input.dispatchKeyEvent",
                    Map.of(
                            "type", type,
                            "key", key,
                            "code", key,
                            "text", text,
                            "windowsVirtualKeyCode", code));
        }
    }

    /** Types into what has the focus. */
    public void type(String text) throws Exception {
        send("Input.insertText", Map.of("text", text));
    }

    /** A screen of this size, and the wishes of its user, such as prefers-color-scheme. */
    public void screen(int width, int height, Map<String, String> wishes) throws Exception {
        send(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width",
                        width,
                        "height",
                        height,
                        "deviceScaleFactor",
                        1,
                        "mobile",
                        width < 600));
        send(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        wishes.entrySet().stream()
                                .map(
                                        wish ->
                                                Map.of(
                                                        "name", wish.getKey(),
                                                        "value", wish.getValue()))
                                .toList()));
    }

    /** A picture of the whole page. */
    public void picture(Path file) throws Exception {
        JsonNode shot =
                send(
                        "Page.captureScreenshot",
                        Map.of("format", "png", "captureBeyondViewport", true));
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(shot.get("data").asText()));
    }

    /** Exceptions and errors that the page's console has shown, refused resources among them. */
    public List<String> complaints() {
        return wire.complaints;
    }

    @Override
    public void close() {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stopped) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
