package io.decant.pipeline.source;

import io.decant.pipeline.config.Setting;
import java.util.List;
import java.util.Optional;

/**
 * How records of an operator's topic become labels. Fields are named by JSON Pointers (RFC 6901),
 * in Avro records too. <i>Immutable.</i>
 */
public record LabelSource(
        @Setting(
                        doc =
                                "An existing topic whose records are read as labels; not set = Decant's own labels topic.",
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
                                "Field of the label: a class's index, or one of the names in classes.",
                        otherwise = "")
                Optional<String> label,
        @Setting(
                        doc =
                                "Names of the classes in order of their index; not set = the label is the index.",
                        otherwise = "")
                List<String> classes,
        @Setting(
                        doc =
                                "Field of the event time: milliseconds since 1970, or ISO 8601 with a zone; not set = the record's timestamp.",
                        otherwise = "")
                Optional<String> time) {
    /** Nothing is mapped. */
    public static final LabelSource OWN =
            new LabelSource(
                    Optional.empty(),
                    SourceFormat.JSON,
                    SourceFields.KEY,
                    Optional.empty(),
                    List.of(),
                    Optional.empty());

    public LabelSource {
        classes = List.copyOf(classes);
        boolean anything =
                label.isPresent()
                        || !classes.isEmpty()
                        || time.isPresent()
                        || !id.equals(SourceFields.KEY);
        if ((topic.isPresent() || anything) && (topic.isEmpty() || label.isEmpty())) {
            throw new IllegalArgumentException(
                    "topic and label are given together, missing: "
                            + (topic.isEmpty() ? "topic" : "label"));
        }
        SourceFields.checkId(id);
        SourceFields.check("label", label);
        SourceFields.check("time", time);
        SourceFields.checkClasses(classes, label);
    }
}
