package io.decant.console.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.decant.console.ConsoleSettings;
import io.decant.console.order.OrderDesk;
import io.decant.console.order.Wish;
import io.decant.console.picture.Limits;
import io.decant.console.picture.Picture;
import io.decant.pipeline.config.Configuration;
import io.decant.records.MetricPoint;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleServerTest {
    private static final String TOKEN = "an-operator-knows-this";
    private static final String ORDER =
            "{\"model\":\"student\",\"kind\":\"PROMOTE\",\"version\":3,\"author\":\"me\",\"reason\":\"because\"}";

    @TempDir Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Picture picture = new Picture(new Limits(16, 4, 4, 4, 4, 2));
    private final List<Wish> wishes = new ArrayList<>();
    private ConsoleServer server;

    @BeforeEach
    void start() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), TOKEN);
        server =
                started(
                        List.of(
                                "orders.enabled=true",
                                "orders.token-file=" + token,
                                "orders.key=" + folder.resolve("key.pem"),
                                "listeners=1"));
    }

    private ConsoleServer started(List<String> settings) {
        OrderDesk desk =
                wish -> {
                    wishes.add(wish);
                    return wish.version() == 3
                            ? new OrderDesk.Answer.Written("version 3 is served")
                            : new OrderDesk.Answer.Refused("there is no such version");
                };
        return ConsoleServer.start(
                Configuration.of(ConsoleSettings.class, settings),
                Optional.of(desk),
                (model, version, lineage, teachers) -> Map.of());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void thePageAndItsFilesCanRunNoScriptFromElsewhereAndAreKeptByTheBrowser() throws Exception {
        // Given a server

        // When the page and one of its files are asked for
        HttpResponse<String> page = get("/");
        Matcher asset = Pattern.compile("src=\"(assets/[0-9a-f]+/app.js)\"").matcher(page.body());
        assertThat(asset.find()).isTrue();
        HttpResponse<String> script = get("/" + asset.group(1));

        // Then both say what a browser may do with them
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(header(page, "Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self'")
                .doesNotContain("unsafe");
        assertThat(header(page, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(page.body())
                .doesNotContainPattern("<script(?![^>]*src=)")
                .doesNotContain("style=");
        assertThat(script.statusCode()).isEqualTo(200);
        assertThat(header(script, "Cache-Control")).contains("immutable");

        // And a browser that has the page is told so
        HttpResponse<String> again =
                client.send(
                        request("/").header("If-None-Match", header(page, "ETag")).build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(get("/assets/" + "0".repeat(16) + "/app.js").statusCode()).isEqualTo(404);
        assertThat(get("/../../etc/passwd").statusCode()).isEqualTo(404);
    }

    @Test
    void aPageGetsEverythingOnceAndThenWhatChanged() throws Exception {
        // Given a picture with one point, and a page that follows
        picture.point("0-0", point(1000));
        try (BufferedReader events = events().get(10, TimeUnit.SECONDS)) {
            server.screen().show(picture, 5);
            JsonNode first = next(events);

            // When a second point comes
            picture.point("0-1", point(2000));
            server.screen().show(picture, 6);
            JsonNode second = next(events);

            // Then the first frame had all, and the second has the new point alone
            assertThat(first.get("reset").asBoolean()).isTrue();
            assertThat(curve(first)).containsExactly("1000");
            assertThat(second.get("reset").asBoolean()).isFalse();
            assertThat(curve(second)).containsExactly("2000");

            // And as many pages follow as the settings allow
            assertThat(get("/api/events").statusCode()).isEqualTo(503);
        }
    }

    @Test
    void theStateIsToldAsJson() throws Exception {
        // Given a picture
        picture.point("0-0", point(1000));

        // When a program asks for it, and the stage has its turn
        CompletableFuture<HttpResponse<String>> asked =
                client.sendAsync(
                        request("/api/state").build(), HttpResponse.BodyHandlers.ofString());
        while (!asked.isDone()) {
            server.screen().show(picture, 7);
            Thread.onSpinWait();
        }

        // Then it is told
        JsonNode state = Json.MAPPER.readTree(asked.get().body());
        assertThat(state.get("now").asLong()).isEqualTo(7);
        assertThat(curve(state)).containsExactly("1000");
    }

    @Test
    void anOrderNeedsTheOperatorsTokenAndMustComeFromThePage() throws Exception {
        // Given an order
        String json = "application/json";

        // When it comes without a token, with another one, from another site, or as a form would
        // send it, then nothing is ordered
        assertThat(order(ORDER, json, "", "same-origin").statusCode()).isEqualTo(401);
        assertThat(order(ORDER, json, "a-guess-of-some-length", "same-origin").statusCode())
                .isEqualTo(401);
        assertThat(order(ORDER, json, TOKEN, "cross-site").statusCode()).isEqualTo(403);
        assertThat(order(ORDER, "text/plain", TOKEN, "same-origin").statusCode()).isEqualTo(403);
        assertThat(order("{}", json, TOKEN, "same-origin").statusCode()).isEqualTo(400);
        assertThat(order("no JSON", json, TOKEN, "same-origin").statusCode()).isEqualTo(400);
        assertThat(get("/api/orders").statusCode()).isEqualTo(405);
        assertThat(wishes).isEmpty();

        // When it comes as the page sends it, then it is
        HttpResponse<String> given = order(ORDER, json, TOKEN, "same-origin");
        assertThat(given.statusCode()).isEqualTo(200);
        assertThat(given.body()).contains("version 3 is served");
        assertThat(wishes)
                .containsExactly(new Wish("student", Wish.Kind.PROMOTE, 3, "me", "because"));

        // And a refusal says why
        HttpResponse<String> refused = order(ORDER.replace(":3", ":4"), json, TOKEN, "same-origin");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("there is no such version");
    }

    @Test
    void withoutTheSettingThereAreNoOrdersAndWithATokenNothingIsToldToStrangers() throws Exception {
        // Given a console whose port asks for a token, and that takes no orders
        server.close();
        server = started(List.of("security.token-file=" + folder.resolve("token")));

        // When somebody without the token asks
        HttpResponse<String> state = get("/api/state");

        // Then the page is there, and nothing else
        assertThat(get("/").statusCode()).isEqualTo(200);
        assertThat(state.statusCode()).isEqualTo(401);
        assertThat(get("/api/events").statusCode()).isEqualTo(401);
        assertThat(get("/api/version?model=student&version=1").statusCode()).isEqualTo(401);
        assertThat(get("/api/abilities").body()).contains("false");
        assertThat(order(ORDER, "application/json", TOKEN, "same-origin").statusCode())
                .isEqualTo(404);
        assertThat(wishes).isEmpty();
    }

    private CompletableFuture<BufferedReader> events() {
        CompletableFuture<HttpResponse<InputStream>> asked =
                client.sendAsync(
                        request("/api/events").build(), HttpResponse.BodyHandlers.ofInputStream());
        return asked.thenApply(
                response ->
                        new BufferedReader(
                                new InputStreamReader(response.body(), StandardCharsets.UTF_8)));
    }

    private static JsonNode next(BufferedReader events) throws Exception {
        String line = events.readLine();
        while (!line.startsWith("data:")) {
            line = events.readLine();
        }
        return Json.MAPPER.readTree(line.substring("data:".length()));
    }

    private static List<String> curve(JsonNode frame) {
        List<String> keys = new ArrayList<>();
        frame.at("/boards/curve~1student/put").fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    private static MetricPoint point(long at) {
        return new MetricPoint("student", "trainer", "", 1L, at, Map.of("alpha", 0.5), List.of());
    }

    private HttpResponse<String> order(String body, String type, String token, String site)
            throws Exception {
        HttpRequest.Builder order =
                request("/api/orders")
                        .header("Content-Type", type)
                        .header("Sec-Fetch-Site", site)
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            order.header("Authorization", "Bearer " + token);
        }
        return client.send(order.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
