package io.decant.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.decant.follower.ManualClock;
import io.decant.follower.Versions;
import io.decant.follower.reload.ServingModel;
import io.decant.follower.reload.ServingSlot;
import io.decant.gateway.GatewayCounters;
import io.decant.gateway.answer.AnswerObserver;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.config.ConfigurationException;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class GatewayServerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CLIENTS = 4;
    private static final String INFER = "/v2/models/student/infer";

    private final HttpClient client = HttpClient.newHttpClient();
    private final ServingSlot slot = new ServingSlot();
    private final GatewayCounters counters = new GatewayCounters(System::nanoTime);
    private final ManualClock clock = new ManualClock();
    private final Heard observer = new Heard();
    private GatewayServer server;

    /** Remembers what it was told, one line each. */
    private static final class Heard implements AnswerObserver {
        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        @Override
        public void answered(
                ServingModel model,
                Optional<String> id,
                int rows,
                byte[] inputs,
                float[] logits,
                long nanos) {
            lines.add(
                    "%d %s %d %d %s"
                            .formatted(
                                    model.version(),
                                    id.orElse("-"),
                                    rows,
                                    inputs[0],
                                    Arrays.toString(logits)));
        }

        @Override
        public void failed(ServingModel model, int rows, byte[] inputs, Failure failure) {
            lines.add(model.version() + " " + failure);
            throw new IllegalStateException("an observer's bug");
        }
    }

    private static HttpSettings settings(String... overrides) {
        return Configuration.of(
                HttpSettings.class,
                Stream.concat(Stream.of("port=0"), Stream.of(overrides)).toList());
    }

    @BeforeEach
    void start() {
        server =
                GatewayServer.start(
                        settings("max-body-bytes=4096", "max-batch-rows=4"),
                        Versions.MODEL,
                        slot,
                        () -> "how things stand",
                        counters,
                        observer,
                        clock);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void serve(long version) {
        serve(Versions.small(), version);
    }

    private void serve(Versions versions, long version) {
        slot.swap(ServingModel.of(versions.accepted(version), clock.instant()), 0, false);
    }

    private HttpResponse<String> send(String method, String path, BodyPublisher body)
            throws IOException, InterruptedException {
        URI address = URI.create("http://127.0.0.1:" + server.port() + path);
        return client.send(
                HttpRequest.newBuilder(address)
                        .timeout(Duration.ofSeconds(20))
                        .method(method, body)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send("GET", path, BodyPublishers.noBody());
    }

    private HttpResponse<String> infer(String body) throws IOException, InterruptedException {
        return send("POST", INFER, BodyPublishers.ofString(body));
    }

    private static String request(String datatype, String shape, String data) {
        return """
                {"inputs": [{"name": "input", "datatype": "%s", "shape": %s, "data": %s}]}"""
                .formatted(datatype, shape, data);
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        return JSON.readTree(answer.body());
    }

    private static String error(HttpResponse<String> answer) throws IOException {
        return json(answer).get("error").asText();
    }

    @Test
    void saysWhoItIs() throws Exception {
        // When
        HttpResponse<String> answer = get("/v2");

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).get("name").asText()).isEqualTo("decant");
        assertThat(json(answer).get("extensions").toString()).isEqualTo("[\"binary_tensor_data\"]");
    }

    @Test
    void isAliveButNotReadyWithoutAModelAndSaysWhy() throws Exception {
        // When
        HttpResponse<String> live = get("/v2/health/live");
        HttpResponse<String> ready = get("/v2/health/ready");
        HttpResponse<String> modelReady = get("/v2/models/student/ready");
        HttpResponse<String> prediction = infer(request("UINT8", "[1,2,2]", "[1,2,3,4]"));

        // Then
        assertThat(live.statusCode()).isEqualTo(200);
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(json(ready).get("ready").asBoolean()).isFalse();
        assertThat(json(ready).get("reason").asText()).isEqualTo("how things stand");
        assertThat(modelReady.statusCode()).isEqualTo(503);
        assertThat(prediction.statusCode()).isEqualTo(503);
        assertThat(prediction.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(error(prediction))
                .isEqualTo("model 'student' has no version in service yet: how things stand");
    }

    @Test
    void isReadyWithAModel() throws Exception {
        // Given
        serve(7);

        // When
        HttpResponse<String> ready = get("/v2/health/ready");
        HttpResponse<String> modelReady = get("/v2/models/student/versions/7/ready");

        // Then
        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(ready.headers().firstValue("Decant-Model-Version")).hasValue("7");
        assertThat(modelReady.statusCode()).isEqualTo(200);
        assertThat(json(modelReady).get("ready").asBoolean()).isTrue();
    }

    @Test
    void describesTheModelsTensors() throws Exception {
        // Given
        serve(7);

        // When
        JsonNode model = json(get("/v2/models/student"));

        // Then
        assertThat(model.get("versions").toString()).isEqualTo("[\"7\"]");
        assertThat(model.get("inputs").toString())
                .isEqualTo("[{\"name\":\"input\",\"datatype\":\"UINT8\",\"shape\":[-1,2,2]}]");
        assertThat(model.get("outputs").toString())
                .isEqualTo(
                        "[{\"name\":\"logits\",\"datatype\":\"FP32\",\"shape\":[-1,3]},{\"name\":\"class\",\"datatype\":\"INT64\",\"shape\":[-1]}]");
    }

    @Test
    void answersWithVersionWatermarkAndStaleness() throws Exception {
        // Given version 7, which has learned up to 1 000 007 ms, at 2 000 000 ms
        serve(7);

        // When
        HttpResponse<String> answer =
                infer(
                        """
                        {"id": "request-1",
                         "inputs": [{"data": [1, 2, 3, 4, 5, 6, 7, 8], "shape": [2, 2, 2],
                                     "name": "input", "datatype": "UINT8",
                                     "parameters": {"ignored": [1]}}]}""");

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode json = json(answer);
        assertThat(json.get("model_name").asText()).isEqualTo("student");
        assertThat(json.get("model_version").asText()).isEqualTo("7");
        assertThat(json.get("id").asText()).isEqualTo("request-1");
        assertThat(json.get("parameters").toString())
                .isEqualTo(
                        "{\"watermark\":\"1970-01-01T00:16:40.007Z\",\"staleness_millis\":999993,\"served_since\":\"1970-01-01T00:33:20Z\"}");
        assertThat(json.get("outputs").toString())
                .isEqualTo(
                        "[{\"name\":\"logits\",\"datatype\":\"FP32\",\"shape\":[2,3],\"data\":[7.0,7.125,7.25,7.0,7.125,7.25]},"
                                + "{\"name\":\"class\",\"datatype\":\"INT64\",\"shape\":[2],\"data\":[2,2]}]");
        assertThat(answer.headers().firstValue("Decant-Model-Version")).hasValue("7");
        assertThat(answer.headers().firstValue("Decant-Watermark"))
                .hasValue("1970-01-01T00:16:40.007Z");
        assertThat(answer.headers().firstValue("Decant-Staleness-Millis")).hasValue("999993");
        assertThat(counters.snapshot().rows()).isEqualTo(2);
    }

    @Test
    void tellsAnObserverOfEveryAnswerAndOfEveryFailureOfTheModelButNotOfBadRequests()
            throws Exception {
        // Given
        Versions versions = Versions.of(new InputSpec(DType.F32, List.of(1), 1e30, 0, 1));
        serve(versions, 7);

        // When
        infer(request("FP32", "[2,1]", "[0, 0]").replaceFirst("\\{", "{\"id\": \"a\", "));
        infer(request("FP32", "[1,1]", "[\"x\"]"));
        HttpResponse<String> beyond = infer(request("FP32", "[1,1]", "[1e30]"));

        // Then
        assertThat(beyond.statusCode()).isEqualTo(400);
        assertThat(observer.lines)
                .containsExactly("7 a 2 0 [7.0, 7.125, 7.25, 7.0, 7.125, 7.25]", "7 NOT_FINITE");
    }

    @Test
    void givesOnlyTheOutputsAskedFor() throws Exception {
        // Given
        serve(7);

        // When
        JsonNode answer =
                json(
                        infer(
                                """
                                {"inputs": [{"name": "input", "datatype": "UINT8",
                                             "shape": [1, 2, 2], "data": [[[1, 2], [3, 4]]]}],
                                 "outputs": [{"parameters": {"x": 1}, "name": "class"}]}"""));

        // Then
        assertThat(answer.get("outputs")).hasSize(1);
        assertThat(answer.get("outputs").get(0).get("name").asText()).isEqualTo("class");
    }

    @Test
    void answersTheVersionInThePathWhenItIsServedAndNotFoundOtherwise() throws Exception {
        // Given
        serve(7);
        BodyPublisher body = BodyPublishers.ofString(request("UINT8", "[1,2,2]", "[1,2,3,4]"));

        // When
        HttpResponse<String> served = send("POST", "/v2/models/student/versions/7/infer", body);
        HttpResponse<String> other = send("POST", "/v2/models/student/versions/6/infer", body);

        // Then
        assertThat(served.statusCode()).isEqualTo(200);
        assertThat(other.statusCode()).isEqualTo(404);
        assertThat(error(other))
                .isEqualTo("version 6 of model 'student' is not served; version 7 is");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /, 404",
        "GET, /v1, 404",
        "GET, /v2/health, 404",
        "GET, /v2/health/else, 404",
        "GET, /v2/models, 404",
        "GET, /v2/models/other, 404",
        "GET, /v2/models/other/ready, 404",
        "GET, /v2/models/student/versions/9, 404",
        "GET, /v2/models/student/versions/x/ready, 404",
        "GET, /v2/models/student/else, 404",
        "GET, /v2/models/student/ready/else, 404",
        "POST, /v2/models/other/infer, 404",
        "GET, /v2/models/student/infer, 405",
        "PUT, /v2/models/student/infer, 405",
        "POST, /v2/models/student, 405",
        "POST, /v2/health/live, 405",
        "DELETE, /v2, 405",
        "GET, /v2/models/student/versions/7, 200"
    })
    void answersEveryOtherPathAndMethodWithASentence(String method, String path, int status)
            throws Exception {
        // Given
        serve(7);

        // When
        HttpResponse<String> answer =
                send(
                        method,
                        path,
                        method.equals("POST") || method.equals("PUT")
                                ? BodyPublishers.ofString(request("UINT8", "[1,2,2]", "[1,2,3,4]"))
                                : BodyPublishers.noBody());

        // Then
        assertThat(answer.statusCode()).isEqualTo(status);
        if (status != 200) {
            assertThat(error(answer)).isNotBlank();
        }
        if (status == 405) {
            assertThat(answer.headers().firstValue("Allow"))
                    .hasValue(path.endsWith("infer") ? "POST" : "GET");
        }
    }

    private static Stream<Arguments> badRequests() {
        return Stream.of(
                Arguments.of("", "the body must be a JSON object"),
                Arguments.of("[]", "the body must be a JSON object"),
                Arguments.of("{\"inputs\": [{]}", "the body is not JSON"),
                Arguments.of("{\"inputs\": [", "the body is not JSON"),
                Arguments.of("{}", "inputs is missing or empty"),
                Arguments.of("{\"inputs\": []}", "inputs is missing or empty"),
                Arguments.of("{\"inputs\": 3}", "inputs must be an array of tensors"),
                Arguments.of("{\"inputs\": [{}, {}]}", "more than one tensor"),
                Arguments.of("{\"id\": 3, \"inputs\": []}", "id must be text"),
                Arguments.of("{\"inputs\": [{\"name\": \"x\"}]}", "named 'x'; expected 'input'"),
                Arguments.of("{\"inputs\": [{}]}", "named nothing; expected 'input'"),
                Arguments.of(
                        request("FP32", "[1,2,2]", "[1,2,3,4]"),
                        "datatype is FP32; expected UINT8"),
                Arguments.of(
                        request("UINT8", "[4]", "[1,2,3,4]"),
                        "shape is [4]; expected [n, 2, 2] with n inputs"),
                Arguments.of(request("UINT8", "[0,2,2]", "[]"), "expected [n, 2, 2]"),
                Arguments.of(request("UINT8", "[1,4]", "[1,2,3,4]"), "expected [n, 2, 2]"),
                Arguments.of(
                        request("UINT8", "[1,2,2.5]", "[1]"), "shape must be an array of whole"),
                Arguments.of(request("UINT8", "[1,2,2]", "\"AQID\""), "data must be an array"),
                Arguments.of(
                        request("UINT8", "[1,2,2]", "[1,2,3]"),
                        "data holds 3 numbers; expected 4 for shape [1, 2, 2]"),
                Arguments.of(request("UINT8", "[1,2,2]", "[1,2,3,4,5]"), "data holds 5 numbers"),
                Arguments.of(
                        request("UINT8", "[1,2,2]", "[1,2,256,4]"),
                        "element 2 of data is 256; expected a whole number from 0 to 255"),
                Arguments.of(request("UINT8", "[1,2,2]", "[1,2,-1,4]"), "element 2 of data is -1"),
                Arguments.of(
                        request("UINT8", "[1,2,2]", "[1,0.5,1,4]"), "element 1 of data is 0.5"),
                Arguments.of(
                        request("UINT8", "[1,2,2]", "[1,NaN,1,4]"), "element 1 of data is NaN"),
                Arguments.of(
                        request("UINT8", "[1,2,2]", "[1,99999999999,1,4]"),
                        "element 1 of data is 99999999999; expected a whole number"),
                Arguments.of(
                        request("UINT8", "[1,2,2]", "[1,\"2\",1,4]"), "element 1 of data is 2"),
                Arguments.of(
                        request("UINT8", "[1,2,2]", "[1,null,1,4]"), "element 1 of data is null"),
                Arguments.of(
                        request("UINT8", "[1,2,2]", "[[[1,2],[3]]]"),
                        "data is nested with 1 elements in dimension 2; expected rows of shape [2, 2]"),
                Arguments.of(
                        request("UINT8", "[1,2,2]", "[[1,2,3,4]]"),
                        "data is nested with a number at dimension 1"),
                Arguments.of(
                        request("UINT8", "[1,2,2]", "[[[1,2],[3,4],[5,6]]]"),
                        "data is nested with 3 elements in dimension 1"),
                Arguments.of(
                        request("UINT8", "[1,2,2]", "[[[1,2],[3,[4]]]]"),
                        "an array at a place for a number"),
                Arguments.of(request("UINT8", "[1,2,2]", "[[[1,2],[3,4]], 5]"), "mixes arrays"),
                Arguments.of(request("UINT8", "[1,2,2]", "[1,2,3,4]") + "x", "not JSON"),
                Arguments.of(
                        request("UINT8", "[1,2,2]", "[1,2,3,4]") + "{}",
                        "Inference-Header-Content-Length must give the JSON's length"),
                Arguments.of(
                        "{\"inputs\": [{\"name\": \"input\", \"datatype\": \"UINT8\", \"shape\": [1,2,2]}]}",
                        "data is missing"),
                Arguments.of(
                        "{\"outputs\": [{\"name\": \"softmax\"}]}",
                        "the model has no output 'softmax'; expected logits or class"));
    }

    @ParameterizedTest
    @MethodSource("badRequests")
    void refusesABadRequestAndSaysWhatWasExpected(String body, String reason) throws Exception {
        // Given
        serve(7);

        // When
        HttpResponse<String> answer = infer(body);

        // Then
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(error(answer)).contains(reason);
        assertThat(counters.snapshot().refused()).isEqualTo(1);
        assertThat(counters.snapshot().failed()).isZero();
    }

    private static Stream<Arguments> datatypes() {
        return Stream.of(
                Arguments.of(DType.F32, "FP32", "[[0.5, -1], [1e10, 3]]", 200),
                Arguments.of(DType.F32, "FP32", "[[0.5, -1], [1e39, 3]]", 400),
                Arguments.of(DType.F32, "FP32", "[[0.5, -1], [Infinity, 3]]", 400),
                Arguments.of(DType.F16, "FP16", "[[0.5, -1], [65504, 3]]", 200),
                Arguments.of(DType.F16, "FP16", "[[0.5, -1], [65536, 3]]", 400),
                Arguments.of(DType.I64, "INT64", "[[9223372036854775807, -1], [1, 3]]", 200),
                Arguments.of(DType.I64, "INT64", "[[9223372036854775808, -1], [1, 3]]", 400),
                Arguments.of(DType.I64, "INT64", "[[1.5, -1], [1, 3]]", 400));
    }

    @ParameterizedTest
    @MethodSource("datatypes")
    void takesTheModelsDatatypeWithinItsRange(DType dtype, String datatype, String data, int status)
            throws Exception {
        // Given
        serve(Versions.of(new InputSpec(dtype, List.of(2), 1, 0, 1)), 5);

        // When
        HttpResponse<String> answer = infer(request(datatype, "[2,2]", data));

        // Then
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    }

    @Test
    void refusesMoreInputsThanTheBound() throws Exception {
        // Given
        serve(7);

        // When
        HttpResponse<String> announced = infer(request("UINT8", "[5,2,2]", "[]"));
        HttpResponse<String> sent =
                infer(request("UINT8", "[1,2,2]", "[" + "1,".repeat(16) + "1]"));

        // Then
        assertThat(announced.statusCode()).isEqualTo(413);
        assertThat(error(announced))
                .isEqualTo("the request holds 5 inputs; send at most 4 at once");
        assertThat(sent.statusCode()).isEqualTo(413);
        assertThat(error(sent))
                .isEqualTo("data holds more than 16 numbers; send at most 4 inputs in a request");
    }

    @Test
    void refusesABodyLargerThanTheBoundWithOrWithoutItsLength() throws Exception {
        // Given
        serve(7);
        byte[] large = " ".repeat(5000).getBytes(StandardCharsets.UTF_8);

        // When
        HttpResponse<String> announced = send("POST", INFER, BodyPublishers.ofByteArray(large));
        HttpResponse<String> streamed =
                send(
                        "POST",
                        INFER,
                        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)));

        // Then
        assertThat(announced.statusCode()).isEqualTo(413);
        assertThat(error(announced)).contains("larger than 4096 bytes");
        assertThat(streamed.statusCode()).isEqualTo(413);
    }

    @Test
    void takesABodyThatComesInPieces() throws Exception {
        // Given
        serve(7);
        String body = request("UINT8", "[1,2,2]", "[1,2,3,4]");
        try (Socket slow = new Socket("127.0.0.1", server.port())) {
            slow.setSoTimeout(20_000);
            slow.getOutputStream()
                    .write(
                            ("POST "
                                            + INFER
                                            + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            BufferedReader answer =
                    new BufferedReader(
                            new InputStreamReader(
                                    slow.getInputStream(), StandardCharsets.US_ASCII));
            // The server waits for the body, and got none of it yet.
            assertThat(answer.readLine()).isEqualTo("HTTP/1.1 100 Continue");
            assertThat(answer.readLine()).isEmpty();

            // When
            for (char piece : body.toCharArray()) {
                slow.getOutputStream()
                        .write(("1\r\n" + piece + "\r\n").getBytes(StandardCharsets.US_ASCII));
                slow.getOutputStream().flush();
            }
            slow.getOutputStream().write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            // Then
            assertThat(answer.readLine()).isEqualTo("HTTP/1.1 200 OK");
            assertThat(answer.lines()).anyMatch(line -> line.contains("7.125"));
        }
    }

    @Test
    void answersWithServiceUnavailableWhenTooManyRequestsAreInProgress() throws Exception {
        // Given a server for one request at a time, busy with one whose body does not end
        serve(7);
        server.close();
        server =
                GatewayServer.start(
                        settings("worker-threads=1", "queued-requests=0"),
                        Versions.MODEL,
                        slot,
                        () -> "",
                        counters,
                        observer,
                        clock);
        try (Socket slow = new Socket("127.0.0.1", server.port())) {
            slow.setSoTimeout(20_000);
            slow.getOutputStream()
                    .write(
                            ("POST "
                                            + INFER
                                            + " HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            // The server asks for the body: the request is in progress.
            assertThat(slow.getInputStream().read()).isEqualTo('H');

            // When
            HttpResponse<String> answer = infer(request("UINT8", "[1,2,2]", "[1,2,3,4]"));

            // Then
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(error(answer)).contains("http.queued-requests");
            assertThat(counters.snapshot().failed()).isEqualTo(1);
        }
    }

    @Test
    void noRequestFailsOrMixesVersionsWhileModelsAreSwapped() throws Exception {
        // Given clients that ask until the last swap is over
        serve(1);
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch asking = new CountDownLatch(CLIENTS);
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        List<Future<String>> problems = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            problems.add(
                    clients.submit(
                            () -> {
                                String problem = "";
                                do {
                                    problem +=
                                            problem(
                                                    infer(
                                                            request(
                                                                    "UINT8",
                                                                    "[1,2,2]",
                                                                    "[1,2,3,4]")));
                                    asking.countDown();
                                } while (!over.get());
                                return problem;
                            }));
        }
        asking.await();

        // When
        for (long version = 2; version <= 500; version++) {
            serve(version);
        }
        over.set(true);
        clients.shutdown();

        // Then
        for (Future<String> problem : problems) {
            assertThat(problem.get()).isEmpty();
        }
        assertThat(counters.snapshot().failed()).isZero();
    }

    /** What is wrong with an answer whose logits must name the version that it says. */
    private static String problem(HttpResponse<String> answer) throws IOException {
        JsonNode json = JSON.readTree(answer.body());
        long version = json.path("model_version").asLong();
        String logits = json.path("outputs").path(0).path("data").toString();
        String header = answer.headers().firstValue("Decant-Model-Version").orElse("");
        boolean right =
                answer.statusCode() == 200
                        && header.equals(Long.toString(version))
                        && logits.equals(
                                "[%s,%s,%s]"
                                        .formatted(version + 0.0, version + 0.125, version + 0.25));
        return right ? "" : answer.statusCode() + " " + header + " " + answer.body() + "\n";
    }

    @Test
    void saysWhichPortIsInUse() {
        // When, then
        assertThatThrownBy(
                        () ->
                                GatewayServer.start(
                                        settings("port=" + server.port()),
                                        Versions.MODEL,
                                        slot,
                                        () -> "",
                                        counters,
                                        observer,
                                        clock))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("http.port " + server.port() + " cannot be opened")
                .hasMessageContaining("0 for any free port");
    }
}
