package io.decant.gateway.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.decant.model.spec.InputSpec;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A request for predictions that fits the model. <i>Owned by one request.</i>
 *
 * @param id the client's name for the request, given back with the answer
 * @param rows number of inputs, at least 1
 * @param data raw bytes of the inputs from index 0; there may be room behind them
 * @param outputs names of the outputs asked for, each once
 */
record InferRequest(Optional<String> id, int rows, byte[] data, List<String> outputs) {
    /**
     * Reads a request's JSON.
     *
     * @param input what the model takes
     * @param maxRows most inputs taken
     */
    static InferRequest read(byte[] body, InputSpec input, int maxRows) throws RequestRefused {
        try (JsonParser json = Protocol.JSON.createParser(body)) {
            InferRequest request = new InferRequestReader(json, input, maxRows).request();
            if (json.nextToken() != null) {
                throw RequestRefused.badInput(
                        "there is more after the JSON object; binary tensor data is not supported, send the numbers as JSON");
            }
            return request;
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
        } catch (IOException impossible) {
            throw new IllegalStateException("reading from an array does no I/O", impossible);
        }
    }
}
