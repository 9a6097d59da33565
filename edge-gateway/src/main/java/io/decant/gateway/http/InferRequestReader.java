package io.decant.gateway.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.decant.model.spec.InputSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Walks a request's JSON; fields may come in any order, unknown ones are passed over. <i>Owned by
 * one request.</i>
 */
final class InferRequestReader {
    private static final int MAX_DIMENSIONS = 16;
    private static final int MAX_TEXT_CHARACTERS = 1024;

    private final JsonParser json;
    private final InputSpec input;
    private final int maxRows;
    private final TensorReader tensor;
    private String id;
    private String name;
    private String datatype;
    private List<Long> shape;
    private boolean data;
    private int inputs;
    private final List<String> outputs = new ArrayList<>();

    InferRequestReader(JsonParser json, InputSpec input, int maxRows) {
        this.json = json;
        this.input = input;
        this.maxRows = maxRows;
        tensor = new TensorReader(input, maxRows);
    }

    InferRequest request() throws IOException, RequestRefused {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw RequestRefused.badInput("the body must be a JSON object with inputs");
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            switch (field) {
                case "id" -> id = text(value, "id");
                case "inputs" -> inputs(value);
                case "outputs" -> outputs(value);
                default -> json.skipChildren();
            }
        }
        int rows = rows();
        return new InferRequest(
                Optional.ofNullable(id),
                rows,
                tensor.bytes(),
                outputs.isEmpty()
                        ? List.of(Protocol.LOGITS, Protocol.CLASS)
                        : List.copyOf(outputs));
    }

    private void inputs(JsonToken value) throws IOException, RequestRefused {
        expect(value, JsonToken.START_ARRAY, "inputs must be an array of tensors");
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(
                    json.currentToken(),
                    JsonToken.START_OBJECT,
                    "inputs must be an array of tensors");
            if (++inputs > 1) {
                throw RequestRefused.badInput(
                        "inputs holds more than one tensor; expected only '"
                                + Protocol.INPUT
                                + "'");
            }
            tensor();
        }
    }

    private void tensor() throws IOException, RequestRefused {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            switch (field) {
                case "name" -> name = text(value, "the input's name");
                case "datatype" -> datatype = text(value, "the input's datatype");
                case "shape" -> shape = shape(value);
                case "data" -> {
                    expect(value, JsonToken.START_ARRAY, "data must be an array of numbers");
                    tensor.read(json);
                    data = true;
                }
                default -> json.skipChildren();
            }
        }
    }

    private List<Long> shape(JsonToken value) throws IOException, RequestRefused {
        String expected = "shape must be an array of whole numbers";
        expect(value, JsonToken.START_ARRAY, expected);
        List<Long> sizes = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT, expected);
            if (sizes.size() == MAX_DIMENSIONS) {
                throw RequestRefused.badInput(
                        "shape has more than " + MAX_DIMENSIONS + " dimensions");
            }
            sizes.add(json.getLongValue());
        }
        return sizes;
    }

    private void outputs(JsonToken value) throws IOException, RequestRefused {
        String expected = "outputs must be an array of objects with a name";
        expect(value, JsonToken.START_ARRAY, expected);
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(json.currentToken(), JsonToken.START_OBJECT, expected);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean named = json.currentName().equals("name");
                JsonToken field = json.nextToken();
                if (named) {
                    output(text(field, "an output's name"));
                } else {
                    json.skipChildren();
                }
            }
        }
    }

    private void output(String output) throws RequestRefused {
        if (!output.equals(Protocol.LOGITS) && !output.equals(Protocol.CLASS)) {
            throw RequestRefused.badInput(
                    "the model has no output '"
                            + shortened(output)
                            + "'; expected "
                            + Protocol.LOGITS
                            + " or "
                            + Protocol.CLASS);
        }
        if (!outputs.contains(output)) {
            outputs.add(output);
        }
    }

    /** Checks name, datatype, shape and data against each other and the model. */
    private int rows() throws RequestRefused {
        if (inputs == 0) {
            throw RequestRefused.badInput(
                    "inputs is missing or empty; expected one tensor named '"
                            + Protocol.INPUT
                            + "'");
        }
        if (!Protocol.INPUT.equals(name)) {
            throw RequestRefused.badInput(
                    "the input is named "
                            + (name == null ? "nothing" : "'" + shortened(name) + "'")
                            + "; expected '"
                            + Protocol.INPUT
                            + "'");
        }
        String expected = Protocol.datatype(input.dtype());
        if (!expected.equals(datatype)) {
            throw RequestRefused.badInput(
                    "the input's datatype is "
                            + (datatype == null ? "missing" : shortened(datatype))
                            + "; expected "
                            + expected);
        }
        int dimensions = input.shape().size();
        if (shape == null
                || shape.size() != dimensions + 1
                || shape.get(0) < 1
                || !shape.subList(1, dimensions + 1)
                        .equals(input.shape().stream().map(Integer::longValue).toList())) {
            throw RequestRefused.badInput(
                    "the input's shape is "
                            + (shape == null ? "missing" : shape)
                            + "; expected [n, "
                            + input.shape().toString().substring(1)
                            + " with n inputs, at least 1");
        }
        if (shape.get(0) > maxRows) {
            throw new RequestRefused(
                    413,
                    "the request holds "
                            + shape.get(0)
                            + " inputs; send at most "
                            + maxRows
                            + " at once");
        }
        int rows = shape.get(0).intValue();
        if (!data) {
            throw RequestRefused.badInput(
                    "the input's data is missing; expected an array of numbers (binary tensor data is not supported)");
        }
        if (tensor.elements() != (long) rows * input.size()) {
            throw RequestRefused.badInput(
                    "data holds "
                            + tensor.elements()
                            + " numbers; expected "
                            + (long) rows * input.size()
                            + " for shape "
                            + shape);
        }
        return rows;
    }

    private String text(JsonToken token, String what) throws IOException, RequestRefused {
        expect(token, JsonToken.VALUE_STRING, what + " must be text");
        if (json.getTextLength() > MAX_TEXT_CHARACTERS) {
            throw RequestRefused.badInput(
                    what + " is longer than " + MAX_TEXT_CHARACTERS + " characters");
        }
        return json.getText();
    }

    private static void expect(JsonToken found, JsonToken expected, String sentence)
            throws RequestRefused {
        if (found != expected) {
            throw RequestRefused.badInput(sentence);
        }
    }

    private static String shortened(String text) {
        return text.length() > 80 ? text.substring(0, 80) + "..." : text;
    }
}
