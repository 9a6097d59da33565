package io.decant.pipeline.source;

import io.decant.records.Label;
import io.decant.records.Sample;
import io.decant.serde.BadRecordException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes samples, and the labels that come with them, of parsed records. A record that does not map
 * throws {@link BadRecordException} with a sentence that names the path and what was found. Pure:
 * equal records give equal bytes. <i>Immutable.</i>
 */
public final class SampleMapping {
    private final String id;
    private final FeatureField features;
    private final Optional<FieldPath> time;
    private final Optional<FieldPath> label;
    private final List<String> classes;
    private final Map<String, FieldPath> attributes = new TreeMap<>();

    /**
     * @param source maps a topic
     */
    public SampleMapping(SampleSource source) {
        id = source.id();
        features =
                new FeatureField(
                        FieldPath.parse(source.features().orElseThrow()),
                        source.dtype().orElseThrow().dtype(),
                        source.shape());
        time = source.time().map(FieldPath::parse);
        label = source.label().map(FieldPath::parse);
        classes = source.classes();
        source.attributes()
                .forEach((name, path) -> attributes.put(name, FieldPath.parse(path)));
    }

    /** Whether records may hold labels. */
    public boolean hasLabels() {
        return label.isPresent();
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
                        SourceFields.attribute(path, tree).ifPresent(text -> found.put(name, text)));
        return new Sample(
                id(record, tree), features.read(tree), eventTime(record, tree), found);
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
