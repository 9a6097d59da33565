package io.decant.model.teacher;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpecJson;
import io.decant.model.torch.TorchArchive;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What a teacher's file says about itself in {@value #EXTRA_PATH}. Only the input is required
 * there. <i>Immutable.</i>
 *
 * @param input raw input
 * @param takesRaw true when the module standardises by itself and wants raw values of the input's
 *     dtype; false when it wants fp32 standardised by {@code input}
 * @param trainedOn what it was trained on
 * @param accuracy share of right answers on samples that it was not trained on, in [0, 1]
 * @param labelSmoothing of its training, in [0, 1); soft targets of a smoothed teacher need a low
 *     temperature
 */
public record TeacherCardFacts(
        InputSpec input,
        boolean takesRaw,
        Optional<TrainingRange> trainedOn,
        OptionalDouble accuracy,
        OptionalDouble labelSmoothing) {
    /** Name of the extra file inside the archive. */
    public static final String EXTRA = "decant.json";

    private static final String EXTRA_PATH = "extra/decant.json";
    private static final Set<String> FIELDS =
            Set.of("input", "takesRaw", "trainedOn", "accuracy", "labelSmoothing");
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    /**
     * Samples [from, to) of a training split, in file order.
     *
     * @param datasetDigest SHA-256 of the split in hexadecimal
     */
    public record TrainingRange(String datasetDigest, int from, int to) {
        public TrainingRange {
            if (from < 0 || to <= from) {
                throw new InvalidModelException(
                        "trainedOn must be a range with 0 <= from < to, was " + from + " to " + to);
            }
        }
    }

    /**
     * Facts of a file; empty when it has none. Throws {@link InvalidModelException} when they are
     * malformed.
     */
    public static Optional<TeacherCardFacts> read(Path file) {
        return TorchArchive.readExtra(file, EXTRA)
                .map(
                        json -> {
                            try {
                                return parse(json);
                            } catch (InvalidModelException e) {
                                throw new InvalidModelException(
                                        file + ": " + EXTRA_PATH + ": " + e.getMessage(), e);
                            }
                        });
    }

    /** JSON with fixed field order. */
    public String toJson() {
        ObjectNode root = JSON.createObjectNode();
        root.set("input", tree(ModelSpecJson.writeInput(input)));
        root.put("takesRaw", takesRaw);
        trainedOn.ifPresent(
                range ->
                        root.putObject("trainedOn")
                                .put("datasetDigest", range.datasetDigest())
                                .put("from", range.from())
                                .put("to", range.to()));
        accuracy.ifPresent(value -> root.put("accuracy", value));
        labelSmoothing.ifPresent(value -> root.put("labelSmoothing", value));
        return root.toString();
    }

    static TeacherCardFacts parse(String json) {
        JsonNode root = tree(json);
        for (var field : root.properties()) {
            if (!FIELDS.contains(field.getKey())) {
                throw new InvalidModelException(
                        "unknown field '"
                                + field.getKey()
                                + "', expected some of "
                                + FIELDS.stream().sorted().toList());
            }
        }
        if (!root.path("input").isObject()) {
            throw new InvalidModelException(
                    "field 'input' is missing: {\"dtype\", \"shape\", \"scale\", \"mean\", \"sd\"}");
        }
        return new TeacherCardFacts(
                ModelSpecJson.readInput(root.get("input").toString()),
                root.path("takesRaw").asBoolean(false),
                root.has("trainedOn")
                        ? Optional.of(range(root.get("trainedOn")))
                        : Optional.empty(),
                number(root, "accuracy"),
                number(root, "labelSmoothing"));
    }

    private static TrainingRange range(JsonNode node) {
        if (!node.path("datasetDigest").isTextual()
                || !node.path("from").isInt()
                || !node.path("to").isInt()) {
            throw new InvalidModelException(
                    "field 'trainedOn' must be {\"datasetDigest\", \"from\", \"to\"}, was " + node);
        }
        return new TrainingRange(
                node.get("datasetDigest").textValue(),
                node.get("from").intValue(),
                node.get("to").intValue());
    }

    private static OptionalDouble number(JsonNode root, String field) {
        if (!root.has(field)) {
            return OptionalDouble.empty();
        }
        double value = root.get(field).asDouble(Double.NaN);
        if (!(value >= 0 && value <= 1)) {
            throw new InvalidModelException(
                    "field '" + field + "' must be a number from 0 to 1, was " + root.get(field));
        }
        return OptionalDouble.of(value);
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new InvalidModelException("is not JSON: " + e.getOriginalMessage(), e);
        }
    }
}
