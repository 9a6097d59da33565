package io.decant.gateway.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.decant.gateway.http.InferRequest.Output;
import io.decant.model.spec.InputSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private Long binarySize;
    private boolean binaryOutputs;
    private int inputs;
    private final Map<String, Optional<Boolean>> outputs = new LinkedHashMap<>();

    InferRequestReader(JsonParser json, InputSpec input, int maxRows) {
        this.json = json;
        this.input = input;
        this.maxRows = maxRows;
        tensor = new TensorReader(input, maxRows);
    }

    /** Reads the JSON object to its end. */
    void read() throws IOException, RequestRefused {
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
                case "parameters" ->
                        binaryOutputs = parameters(value, Protocol.BINARY_OUTPUTS).orElse(false);
                default -> json.skipChildren();
            }
        }
    }

    /**
     * What was read, checked against the model.
     *
     * @param raw what follows the JSON object
     */
    InferRequest request(byte[] raw) throws RequestRefused {
        int rows = rows();
        if (outputs.isEmpty()) {
            outputs.put(Protocol.LOGITS, Optional.empty());
            outputs.put(Protocol.CLASS, Optional.empty());
        }
        List<Output> asked = new ArrayList<>();
        outputs.forEach(
                (output, binary) -> asked.add(new Output(output, binary.orElse(binaryOutputs))));
        return new InferRequest(
                Optional.ofNullable(id),
                rows,
                binarySize == null ? json(rows, raw) : raw(rows, raw),
                asked);
    }

    private byte[] json(int rows, byte[] raw) throws RequestRefused {
        if (!data) {
            throw RequestRefused.badInput(
                    "the input's data is missing; expected an array of numbers, or the parameter "
                            + Protocol.BINARY_SIZE
                            + " and raw bytes after the JSON");
        }
        if (raw.length > 0) {
            throw RequestRefused.badInput(
                    raw.length
                            + " bytes follow the JSON; no input has the parameter "
                            + Protocol.BINARY_SIZE);
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
        return tensor.bytes();
    }

    private byte[] raw(int rows, byte[] raw) throws RequestRefused {
        if (data) {
            throw RequestRefused.badInput(
                    "the input has both data and "
                            + Protocol.BINARY_SIZE
                            + "; expected one of them");
        }
        long expected = (long) rows * input.bytes();
        if (binarySize != expected || raw.length != expected) {
            throw RequestRefused.badInput(
                    Protocol.BINARY_SIZE
                            + " is "
                            + binarySize
                            + " and "
                            + raw.length
                            + " bytes follow the JSON; expected "
                            + expected
                            + " of both for shape "
                            + shape);
        }
        BinaryTensor.requireFinite(raw, 0, input);
        return raw;
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
                case "parameters" -> inputParameters(value);
                default -> json.skipChildren();
            }
        }
    }

    private void inputParameters(JsonToken value) throws IOException, RequestRefused {
        expect(value, JsonToken.START_OBJECT, "parameters must be an object");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean size = json.currentName().equals(Protocol.BINARY_SIZE);
            JsonToken parameter = json.nextToken();
            if (size) {
                expect(
                        parameter,
                        JsonToken.VALUE_NUMBER_INT,
                        Protocol.BINARY_SIZE + " must be a whole number");
                binarySize = json.getLongValue();
            } else {
                json.skipChildren();
            }
        }
    }

    /** Reads an object of parameters; returns the one of them that is a truth value. */
    private Optional<Boolean> parameters(JsonToken value, String name)
            throws IOException, RequestRefused {
        expect(value, JsonToken.START_OBJECT, "parameters must be an object");
        Optional<Boolean> found = Optional.empty();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean wanted = json.currentName().equals(name);
            JsonToken parameter = json.nextToken();
            if (!wanted) {
                json.skipChildren();
            } else if (parameter.isBoolean()) {
                found = Optional.of(json.getBooleanValue());
            } else {
                throw RequestRefused.badInput(name + " must be true or false");
            }
        }
        return found;
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
            String output = null;
            Optional<Boolean> binary = Optional.empty();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                JsonToken token = json.nextToken();
                switch (field) {
                    case "name" -> output = text(token, "an output's name");
                    case "parameters" -> binary = parameters(token, Protocol.BINARY);
                    default -> json.skipChildren();
                }
            }
            output(output, binary);
        }
    }

    private void output(String output, Optional<Boolean> binary) throws RequestRefused {
        if (output == null) {
            throw RequestRefused.badInput("outputs must be an array of objects with a name");
        }
        if (!output.equals(Protocol.LOGITS) && !output.equals(Protocol.CLASS)) {
            throw RequestRefused.badInput(
                    "the model has no output '"
                            + shortened(output)
                            + "'; expected "
                            + Protocol.LOGITS
                            + " or "
                            + Protocol.CLASS);
        }
        outputs.putIfAbsent(output, binary);
    }

    /** Checks name, datatype and shape against the model. */
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
            throw BinaryTensor.tooMany(shape.get(0), maxRows);
        }
        return shape.get(0).intValue();
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
