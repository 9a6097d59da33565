package io.decant.gateway.http;

import static io.decant.gateway.http.RunningServer.INFER;
import static io.decant.gateway.http.RunningServer.concat;
import static io.decant.gateway.http.RunningServer.post;
import static io.decant.gateway.http.RunningServer.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.decant.follower.Versions;
import io.decant.gateway.http.RunningServer.Answer;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The binary tensor data extension, spoken byte by byte. */
@Timeout(60)
class BinaryTensorsTest {
    private static final byte[] TWO_INPUTS = {1, 2, 3, 4, 5, 6, 7, 8};

    private RunningServer server;

    @BeforeEach
    void start() {
        server =
                new RunningServer("max-batch-rows=4", "max-body-bytes=4096")
                        .serving(Versions.small(), 7);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String input(String parameters) {
        return """
                {"parameters": {"binary_data_size": %s}, "name": "input", "datatype": "UINT8", "shape": [2, 2, 2]}"""
                .formatted(parameters);
    }

    private Answer ask(String json, byte[] raw) throws IOException {
        return ask(json, raw, Integer.toString(utf8(json).length));
    }

    private Answer ask(String json, byte[] raw, String length) throws IOException {
        return server.ask(
                post(INFER, concat(utf8(json), raw), "Inference-Header-Content-Length: " + length));
    }

    @Test
    void aRawInputIsAnsweredInJsonWhenNothingElseIsAskedFor() throws Exception {
        // When
        Answer answer = ask("{\"id\": \"a\", \"inputs\": [" + input("8") + "]}", TWO_INPUTS);

        // Then
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers())
                .containsEntry("content-type", "application/json")
                .doesNotContainKey("inference-header-content-length");
        assertThat(answer.json().get("id").asText()).isEqualTo("a");
        assertThat(answer.json().get("outputs").get(0).get("data").toString())
                .isEqualTo("[7.0,7.125,7.25,7.0,7.125,7.25]");
    }

    @Test
    void outputsFollowTheJsonAsRawBytesInItsOrder() throws Exception {
        // When
        Answer answer =
                ask(
                        "{\"inputs\": ["
                                + input("8")
                                + "], \"parameters\": {\"binary_data_output\": true}}",
                        TWO_INPUTS);

        // Then
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("content-type", "application/octet-stream");
        assertThat(answer.json().get("outputs").toString())
                .isEqualTo(
                        "[{\"name\":\"logits\",\"datatype\":\"FP32\",\"shape\":[2,3],\"parameters\":{\"binary_data_size\":24}},"
                                + "{\"name\":\"class\",\"datatype\":\"INT64\",\"shape\":[2],\"parameters\":{\"binary_data_size\":16}}]");
        ByteBuffer raw = ByteBuffer.wrap(answer.raw()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(raw.remaining()).isEqualTo(24 + 16);
        for (float logit : new float[] {7, 7.125f, 7.25f, 7, 7.125f, 7.25f}) {
            assertThat(raw.getFloat()).isEqualTo(logit);
        }
        assertThat(raw.getLong()).isEqualTo(2);
        assertThat(raw.getLong()).isEqualTo(2);
    }

    @Test
    void anOutputsOwnWishCountsMoreThanTheRequestsWhateverTheOrderOfTheFields() throws Exception {
        // When
        Answer answer =
                server.ask(
                        post(
                                INFER,
                                utf8(
                                        """
                                        {"outputs": [{"parameters": {"binary_data": false}, "name": "class"}, {"name": "logits"}],
                                         "parameters": {"other": {"a": []}, "binary_data_output": true},
                                         "inputs": [{"name": "input", "datatype": "UINT8", "shape": [1, 2, 2], "data": [1, 2, 3, 4]}]}""")));

        // Then
        assertThat(answer.json().get("outputs").get(0).toString())
                .isEqualTo(
                        "{\"name\":\"class\",\"datatype\":\"INT64\",\"shape\":[1],\"data\":[2]}");
        assertThat(answer.raw()).hasSize(12);
    }

    @Test
    void aBodyWithoutJsonIsTheInput() throws Exception {
        // When
        Answer answer = ask("", TWO_INPUTS, "0");

        // Then
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().get("outputs").get(1).get("data").toString()).isEqualTo("[2,2]");
    }

    private static Stream<Arguments> wrongRequests() {
        String good = "{\"inputs\": [" + input("8") + "]}";
        String length = Integer.toString(utf8(good).length);
        return Stream.of(
                Arguments.of(good, TWO_INPUTS, "99999", "the body has only"),
                Arguments.of(good, TWO_INPUTS, "2147483647", "the body has only"),
                Arguments.of(good, TWO_INPUTS, "99999999999", "must be the length of the JSON"),
                Arguments.of(good, TWO_INPUTS, "-1", "must be the length of the JSON"),
                Arguments.of(good, TWO_INPUTS, "x", "must be the length of the JSON"),
                Arguments.of(good, TWO_INPUTS, "7", "not JSON"),
                Arguments.of(good, new byte[7], length, "7 bytes follow the JSON; expected 8"),
                Arguments.of(good, new byte[9], length, "9 bytes follow the JSON; expected 8"),
                Arguments.of(
                        good.replace(": 8}", ": 9223372036854775807}"),
                        TWO_INPUTS,
                        null,
                        "binary_data_size is 9223372036854775807"),
                Arguments.of(good.replace(": 8}", ": \"8\"}"), TWO_INPUTS, null, "a whole number"),
                Arguments.of(good.replace(": 8}", ": -8}"), TWO_INPUTS, null, "is -8"),
                Arguments.of(
                        good.replace("\"name\"", "\"data\": [1], \"name\""),
                        TWO_INPUTS,
                        null,
                        "both data and binary_data_size"),
                Arguments.of(
                        good.replace("{\"binary_data_size\": 8}", "{}"),
                        TWO_INPUTS,
                        null,
                        "data is missing"),
                Arguments.of(
                        good.replace("{\"binary_data_size\": 8}", "[]"),
                        TWO_INPUTS,
                        null,
                        "parameters must be an object"),
                Arguments.of(
                        "{\"parameters\": {\"binary_data_output\": 1}, " + good.substring(1),
                        TWO_INPUTS,
                        null,
                        "binary_data_output must be true or false"),
                Arguments.of(
                        "{\"outputs\": [{\"parameters\": {}}], " + good.substring(1),
                        TWO_INPUTS,
                        null,
                        "objects with a name"),
                Arguments.of("", new byte[6], "0", "expected a multiple of 4"),
                Arguments.of("", new byte[0], "0", "expected a multiple of 4"));
    }

    @ParameterizedTest
    @MethodSource("wrongRequests")
    void wrongLengthsAreRefusedWithASentence(String json, byte[] raw, String length, String reason)
            throws Exception {
        // When
        Answer answer =
                ask(json, raw, length == null ? Integer.toString(utf8(json).length) : length);

        // Then
        assertThat(answer.status()).as(answer.error()).isEqualTo(400);
        assertThat(answer.error()).contains(reason);
    }

    @Test
    void moreInputsThanTheBoundAreRefused() throws Exception {
        assertThat(ask("", new byte[20], "0").status()).isEqualTo(413);
        assertThat(
                        ask(
                                        "{\"inputs\": ["
                                                + input("20").replace("[2, 2", "[5, 2")
                                                + "]}",
                                        new byte[20])
                                .status())
                .isEqualTo(413);
    }

    @ParameterizedTest
    @CsvSource({
        "F32, FP32, 3f800000, 200",
        "F32, FP32, 7f800000, 400",
        "F32, FP32, 7fc00000, 400",
        "F16, FP16, 3c00, 200",
        "F16, FP16, fc00, 400",
        "I64, INT64, 7fffffffffffffff, 200"
    })
    void takesTheModelsDatatypeWithFiniteNumbersOnly(
            DType dtype, String datatype, String bits, int status) throws Exception {
        // Given
        server.serving(Versions.of(new InputSpec(dtype, List.of(1), 1, 0, 1)), 5);
        byte[] raw = new byte[dtype.bytes()];
        for (int i = 0; i < raw.length; i++) {
            int at = bits.length() - 2 * (i + 1);
            raw[i] = (byte) Integer.parseInt(bits.substring(at, at + 2), 16);
        }
        String json =
                "{\"inputs\": [{\"name\": \"input\", \"datatype\": \"%s\", \"shape\": [1, 1], \"parameters\": {\"binary_data_size\": %d}}]}"
                        .formatted(datatype, raw.length);

        // When
        Answer answer = ask(json, raw);
        Answer bare = ask("", raw, "0");

        // Then
        assertThat(answer.status()).isEqualTo(status);
        assertThat(bare.status()).isEqualTo(status);
    }
}
