package io.decant.pipeline.source;

import io.decant.records.DType;
import io.decant.records.Label;
import io.decant.records.Sample;
import io.decant.serde.BadRecordException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes samples, and the labels that come with them, of parsed records. A record that does not map
 * throws {@link BadRecordException} with a sentence that names the path and what was found. Pure:
 * equal records give equal bytes. <i>Immutable.</i>
 *
 * @param id field of the sample id; empty = the record's key
 * @param features field of numbers, or of raw little-endian bytes
 * @param dtype not UNKNOWN
 * @param shape of one sample, each extent at least 1
 * @param time field of the event time; empty = the record's timestamp
 * @param label field of the label; empty = records hold none
 * @param classes names of the classes in order; empty = the label is the class's index
 * @param attributes fields by the name of their attribute
 */
public record SampleMapping(
        Optional<FieldPath> id,
        FieldPath features,
        DType dtype,
        List<Integer> shape,
        Optional<FieldPath> time,
        Optional<FieldPath> label,
        List<String> classes,
        Map<String, FieldPath> attributes) {
    public SampleMapping {
        shape = List.copyOf(shape);
        classes = List.copyOf(classes);
        attributes = Map.copyOf(attributes);
        FeatureField.checkSize(shape);
    }

    /** Whether records hold their event time; otherwise it is their timestamp. */
    public boolean hasEventTime() {
        return time.isPresent();
    }

    /**
     * The sample of a record.
     *
     * @param record for its key and timestamp
     * @param tree its value: maps, lists and single values, or an Avro record
     */
    public Sample sample(SourceRecord record, Object tree) {
        Map<String, String> found = new HashMap<>();
        attributes.forEach(
                (name, path) ->
                        SourceFields.attribute(path, tree)
                                .ifPresent(text -> found.put(name, text)));
        return new Sample(
                id(record, tree),
                new FeatureField(features, dtype, shape).read(tree),
                eventTime(record, tree),
                found);
    }

    /**
     * The label that came with the sample; empty if the record holds none.
     *
     * @param by who says so
     */
    public Optional<Label> label(SourceRecord record, Object tree, String by) {
        return label.flatMap(path -> path.find(tree))
                .map(
                        found ->
                                new Label(
                                        id(record, tree),
                                        SourceFields.classIndex(
                                                label.orElseThrow(), found, classes),
                                        null,
                                        by,
                                        eventTime(record, tree)));
    }

    private String id(SourceRecord record, Object tree) {
        return SourceFields.id(id, record.key(), tree);
    }

    private long eventTime(SourceRecord record, Object tree) {
        return time.map(path -> SourceFields.time(path, tree)).orElse(record.timestampMillis());
    }
}
