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
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

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
    private static final Set<String> SHARED_FIELDS =
            Set.of("kind", "input", "precision", "threads", "cannedInputs");
    private static final Set<String> MLP_FIELDS = Set.of("dims", "activation", "bias");
    private static final Set<String> SCRIPT_FIELDS =
            Set.of("file", "classes", "executor", "tensors");
    private static final Set<String> TENSOR_FIELDS = Set.of("name", "shape", "trained");
    private static final Set<String> INPUT_FIELDS = Set.of("dtype", "shape", "scale", "mean", "sd");

    private static final String MLP = "mlp";
    private static final String TORCH_SCRIPT = "torchscript";

    private ModelSpecJson() {}

    static String write(ModelSpec spec) {
        ObjectNode root = JSON.createObjectNode();
        if (spec.architecture() instanceof TorchScript script) {
            writeScript(root, script);
        } else {
            Mlp mlp = spec.mlp();
            root.put("kind", MLP);
            integers(root.putArray("dims"), mlp.dims());
            root.put("activation", mlp.activation());
            root.put("bias", mlp.bias());
        }
        root.set("input", inputNode(spec.input()));
        root.put("precision", spec.precision().text());
        root.put("threads", spec.threads());
        ArrayNode canned = root.putArray("cannedInputs");
        spec.cannedInputs().forEach(input -> canned.add(input.base64()));
        return text(root);
    }

    private static void writeScript(ObjectNode root, TorchScript script) {
        root.put("kind", TORCH_SCRIPT);
        root.put("file", script.file());
        root.put("classes", script.classes());
        root.put("executor", script.executor().name().toLowerCase(Locale.ROOT));
        ArrayNode tensors = root.putArray("tensors");
        for (TorchScript.Tensor tensor : script.tensors()) {
            ObjectNode node = tensors.addObject();
            node.put("name", tensor.name());
            integers(node.putArray("shape"), tensor.shape());
            node.put("trained", tensor.trained());
        }
    }

    static ModelSpec read(String json) {
        JsonNode root = parse(json);
        Architecture architecture = architecture(root);
        List<CannedInput> canned = new ArrayList<>();
        for (JsonNode item : array(root, "cannedInputs")) {
            canned.add(CannedInput.parse(item.asText()));
        }
        return new ModelSpec(
                architecture,
                input(root.get("input")),
                Precision.parse(string(root, "precision")),
                integer(root.get("threads"), "threads"),
                canned);
    }

    private static Architecture architecture(JsonNode root) {
        if (!root.isObject()) {
            throw new InvalidModelException("model spec must be a JSON object");
        }
        String kind = root.path("kind").asText();
        switch (kind) {
            case MLP -> {
                requireFields("model spec", root, union(SHARED_FIELDS, MLP_FIELDS));
                return new Mlp(
                        integers(root, "dims"), string(root, "activation"), bool(root, "bias"));
            }
            case TORCH_SCRIPT -> {
                requireFields("model spec", root, union(SHARED_FIELDS, SCRIPT_FIELDS));
                return script(root);
            }
            default ->
                    throw new InvalidModelException(
                            "model spec: kind must be "
                                    + MLP
                                    + " or "
                                    + TORCH_SCRIPT
                                    + ", was '"
                                    + kind
                                    + "'");
        }
    }

    private static TorchScript script(JsonNode root) {
        List<TorchScript.Tensor> tensors = new ArrayList<>();
        for (JsonNode tensor : array(root, "tensors")) {
            requireFields("tensor", tensor, TENSOR_FIELDS);
            tensors.add(
                    new TorchScript.Tensor(
                            string(tensor, "name"),
                            integers(tensor, "shape"),
                            bool(tensor, "trained")));
        }
        return new TorchScript(
                string(root, "file"),
                integer(root.get("classes"), "classes"),
                executor(string(root, "executor")),
                tensors);
    }

    private static TorchScript.Executor executor(String text) {
        return switch (text) {
            case "plain" -> TorchScript.Executor.PLAIN;
            case "optimised" -> TorchScript.Executor.OPTIMISED;
            default ->
                    throw new InvalidModelException(
                            "executor must be plain or optimised, was '" + text + "'");
        };
    }

    private static Set<String> union(Set<String> first, Set<String> second) {
        Set<String> all = new TreeSet<>(first);
        all.addAll(second);
        return all;
    }

    /** Canonical JSON of a TorchScript architecture alone, as it stands in a configuration. */
    public static String writeScript(TorchScript script) {
        ObjectNode root = JSON.createObjectNode();
        writeScript(root, script);
        return text(root);
    }

    /** Reverse of {@link #writeScript}; throws {@link InvalidModelException} on anything else. */
    public static TorchScript readScript(String json) {
        JsonNode root = parse(json);
        requireFields("TorchScript", root, union(Set.of("kind"), SCRIPT_FIELDS));
        return script(root);
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
