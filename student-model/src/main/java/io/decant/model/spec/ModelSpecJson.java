package io.decant.model.spec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * Canonical JSON of specs. Jackson's own double writer is used because {@code Double.toString}
 * changed in JDK 19, and a spec's digest must not depend on the JDK. <i>Thread-safe.</i>
 */
public final class ModelSpecJson {
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build();
    private static final Set<String> MODEL_FIELDS =
            Set.of(
                    "kind",
                    "dims",
                    "activation",
                    "bias",
                    "input",
                    "precision",
                    "threads",
                    "cannedInputs");
    private static final Set<String> INPUT_FIELDS = Set.of("dtype", "shape", "scale", "mean", "sd");

    private ModelSpecJson() {}

    static String write(ModelSpec spec) {
        ObjectNode root = JSON.createObjectNode();
        root.put("kind", "mlp");
        integers(root.putArray("dims"), spec.dims());
        root.put("activation", spec.activation());
        root.put("bias", spec.bias());
        root.set("input", inputNode(spec.input()));
        root.put("precision", spec.precision());
        root.put("threads", spec.threads());
        ArrayNode canned = root.putArray("cannedInputs");
        spec.cannedInputs().forEach(input -> canned.add(input.base64()));
        return text(root);
    }

    static ModelSpec read(String json) {
        JsonNode root = parse(json);
        requireFields("model spec", root, MODEL_FIELDS);
        String kind = string(root, "kind");
        if (!kind.equals("mlp")) {
            throw new InvalidModelException("model spec: kind must be mlp, was '" + kind + "'");
        }
        List<CannedInput> canned = new ArrayList<>();
        for (JsonNode item : array(root, "cannedInputs")) {
            canned.add(CannedInput.parse(item.asText()));
        }
        return new ModelSpec(
                integers(root, "dims"),
                string(root, "activation"),
                bool(root, "bias"),
                input(root.get("input")),
                string(root, "precision"),
                integer(root.get("threads"), "threads"),
                canned);
    }

    /** Canonical JSON of an input alone, as it stands in a teacher's card. */
    public static String writeInput(InputSpec input) {
        return text(inputNode(input));
    }

    /** Reverse of {@link #writeInput}. */
    public static InputSpec readInput(String json) {
        return input(parse(json));
    }

    private static ObjectNode inputNode(InputSpec input) {
        ObjectNode node = JSON.createObjectNode();
        node.put("dtype", input.dtype().text());
        integers(node.putArray("shape"), input.shape());
        node.put("scale", input.scale());
        node.put("mean", input.mean());
        node.put("sd", input.sd());
        return node;
    }

    private static InputSpec input(JsonNode node) {
        requireFields("input", node, INPUT_FIELDS);
        return new InputSpec(
                DType.parse(string(node, "dtype")),
                integers(node, "shape"),
                number(node, "scale"),
                number(node, "mean"),
                number(node, "sd"));
    }

    private static String text(JsonNode node) {
        try {
            return JSON.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values always has a JSON form", e);
        }
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new InvalidModelException("model spec is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static void requireFields(String what, JsonNode node, Set<String> fields) {
        if (!node.isObject()) {
            throw new InvalidModelException(what + " must be a JSON object");
        }
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!fields.contains(name)) {
                throw new InvalidModelException(what + ": unknown field '" + name + "'");
            }
        }
        for (String field : fields) {
            if (!node.has(field)) {
                throw new InvalidModelException(what + ": field '" + field + "' is missing");
            }
        }
    }

    private static String string(JsonNode node, String field) {
        if (!node.get(field).isTextual()) {
            throw new InvalidModelException(
                    "field '" + field + "' must be text, was " + node.get(field));
        }
        return node.get(field).textValue();
    }

    private static boolean bool(JsonNode node, String field) {
        if (!node.get(field).isBoolean()) {
            throw new InvalidModelException(
                    "field '" + field + "' must be true or false, was " + node.get(field));
        }
        return node.get(field).booleanValue();
    }

    private static double number(JsonNode node, String field) {
        if (!node.get(field).isNumber()) {
            throw new InvalidModelException(
                    "field '" + field + "' must be a number, was " + node.get(field));
        }
        return node.get(field).doubleValue();
    }

    private static int integer(JsonNode node, String field) {
        if (!node.canConvertToInt() || !node.isIntegralNumber()) {
            throw new InvalidModelException(
                    "field '" + field + "' must hold whole numbers, was " + node);
        }
        return node.intValue();
    }

    private static JsonNode array(JsonNode node, String field) {
        if (!node.get(field).isArray()) {
            throw new InvalidModelException(
                    "field '" + field + "' must be an array, was " + node.get(field));
        }
        return node.get(field);
    }

    private static List<Integer> integers(JsonNode node, String field) {
        List<Integer> values = new ArrayList<>();
        array(node, field).forEach(item -> values.add(integer(item, field)));
        return values;
    }

    private static void integers(ArrayNode array, List<Integer> values) {
        values.forEach(array::add);
    }
}
