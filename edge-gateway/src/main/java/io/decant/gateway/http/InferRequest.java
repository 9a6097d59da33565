package io.decant.gateway.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.decant.model.spec.InputSpec;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A request for predictions that fits the model. <i>Owned by one request.</i>
 *
 * @param id the client's name for the request, given back with the answer
 * @param rows number of inputs, at least 1
 * @param data raw bytes of the inputs from index 0; there may be room behind them
 * @param outputs the outputs asked for, each once
 */
record InferRequest(Optional<String> id, int rows, byte[] data, List<Output> outputs) {
    /**
     * An output that is asked for.
     *
     * @param binary whether it follows the JSON as raw bytes
     */
    record Output(String name, boolean binary) {}

    /** A body that holds the input's raw bytes and nothing else, as a header of length 0 says. */
    private static final List<Output> ALL_AS_JSON =
            List.of(new Output(Protocol.LOGITS, false), new Output(Protocol.CLASS, false));

    /**
     * Reads a request's body.
     *
     * @param jsonBytes length of its JSON, which raw bytes follow; empty when all of it is JSON
     * @param input what the model takes
     * @param maxRows most inputs taken
     */
    static InferRequest read(byte[] body, OptionalInt jsonBytes, InputSpec input, int maxRows)
            throws RequestRefused {
        int length = jsonBytes.orElse(body.length);
        if (length > body.length) {
            throw RequestRefused.badInput(
                    Protocol.HEADER_LENGTH
                            + " is "
                            + length
                            + "; the body has only "
                            + body.length
                            + " bytes");
        }
        if (length == 0 && jsonBytes.isPresent()) {
            return new InferRequest(
                    Optional.empty(),
                    BinaryTensor.rows(body, 0, input, maxRows),
                    body,
                    ALL_AS_JSON);
        }
        try (JsonParser json = Protocol.JSON.createParser(body, 0, length)) {
            InferRequestReader reader = new InferRequestReader(json, input, maxRows);
            reader.read();
            if (json.nextToken() != null) {
                throw RequestRefused.badInput(
                        "there is more after the JSON object; when raw bytes follow it, the header "
                                + Protocol.HEADER_LENGTH
                                + " must give the JSON's length");
            }
            return reader.request(Arrays.copyOfRange(body, length, body.length));
        } catch (JsonProcessingException broken) {
            throw RequestRefused.badInput(
                    "the body is not JSON: "
                            + broken.getOriginalMessage()
                            + (broken.getLocation() == null
                                    ? ""
                                    : " (line "
                                            + broken.getLocation().getLineNr()
                                            + ", column "
                                            + broken.getLocation().getColumnNr()
                                            + ")"));
        } catch (IOException noText) {
            // Reading from an array does no I/O: the bytes are no text in any encoding of JSON.
            throw RequestRefused.badInput("the body is not JSON: " + noText.getMessage());
        }
    }
}
