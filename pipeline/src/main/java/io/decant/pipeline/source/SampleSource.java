package io.decant.pipeline.source;

import io.decant.pipeline.config.Setting;
import io.decant.records.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How records of an operator's topic become samples, and labels if they hold them. Fields are named
 * by JSON Pointers (RFC 6901), in Avro records too. <i>Immutable.</i>
 */
public record SampleSource(
        @Setting(
                        doc =
                                "An existing topic whose records are read as samples; not set = Decant's own samples topic.",
                        otherwise = "")
                Optional<String> topic,
        @Setting(doc = "How the topic's values are written.", otherwise = "json")
                SourceFormat format,
        @Setting(
                        doc =
                                "Where the sample id is: key = the record's key as UTF-8 text, or a field such as /id.",
                        otherwise = "key")
                String id,
        @Setting(
                        doc =
                                "Field of the features: numbers, flat or nested as shape says, or raw little-endian bytes (base64 in JSON).",
                        otherwise = "")
                Optional<String> features,
        @Setting(doc = "Element type of the features.", otherwise = "") Optional<FeatureType> dtype,
        @Setting(
                        doc = "Shape of one sample's features, for example 28,28.",
                        otherwise = "",
                        min = 1)
                List<Integer> shape,
        @Setting(
                        doc =
                                "Field of the event time: milliseconds since 1970, or ISO 8601 with a zone; not set = the record's timestamp.",
                        otherwise = "")
                Optional<String> time,
        @Setting(
                        doc =
                                "Field of the label, for records that hold it; a record without it, or with null, has no label.",
                        otherwise = "")
                Optional<String> label,
        @Setting(
                        doc =
                                "Names of the classes in order of their index; not set = the label is the index.",
                        otherwise = "")
                List<String> classes,
        @Setting(doc = "Fields that become attributes, for example attributes.camera: /camera.")
                Map<String, String> attributes) {
    /** Nothing is mapped. */
    public static final SampleSource OWN =
            new SampleSource(
                    Optional.empty(),
                    SourceFormat.JSON,
                    SourceFields.KEY,
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    Map.of());

    /** Element types that features can have. */
    public enum FeatureType {
        U8(DType.U8),
        F32(DType.F32),
        F16(DType.F16),
        I64(DType.I64);

        private final DType dtype;

        FeatureType(DType dtype) {
            this.dtype = dtype;
        }

        /** The same type in Decant's records. */
        public DType dtype() {
            return dtype;
        }
    }

    public SampleSource {
        shape = List.copyOf(shape);
        classes = List.copyOf(classes);
        attributes = Map.copyOf(attributes);
        boolean anything =
                features.isPresent()
                        || dtype.isPresent()
                        || !shape.isEmpty()
                        || time.isPresent()
                        || label.isPresent()
                        || !classes.isEmpty()
                        || !attributes.isEmpty()
                        || !id.equals(SourceFields.KEY);
        List<String> missing = new ArrayList<>();
        if (topic.isEmpty()) {
            missing.add("topic");
        }
        if (features.isEmpty()) {
            missing.add("features");
        }
        if (dtype.isEmpty()) {
            missing.add("dtype");
        }
        if (shape.isEmpty()) {
            missing.add("shape");
        }
        if ((topic.isPresent() || anything) && !missing.isEmpty()) {
            throw new IllegalArgumentException(
                    "topic, features, dtype and shape are given together, missing: "
                            + String.join(", ", missing));
        }
        SourceFields.checkId(id);
        SourceFields.check("features", features);
        SourceFields.check("time", time);
        SourceFields.check("label", label);
        attributes.forEach((name, path) -> SourceFields.checkPath("attributes." + name, path));
        SourceFields.checkClasses(classes, label);
        FeatureField.checkSize(shape);
    }

    /** How records of the topic become samples; for a topic that is given. */
    SampleMapping mapping() {
        Map<String, FieldPath> paths = new HashMap<>();
        attributes.forEach((name, path) -> paths.put(name, FieldPath.parse(path)));
        return new SampleMapping(
                SourceFields.idPath(id),
                FieldPath.parse(features.orElseThrow()),
                dtype.orElseThrow().dtype(),
                shape,
                time.map(FieldPath::parse),
                label.map(FieldPath::parse),
                classes,
                paths);
    }
}
