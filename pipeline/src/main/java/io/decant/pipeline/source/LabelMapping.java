package io.decant.pipeline.source;

import io.decant.records.Label;
import io.decant.serde.BadRecordException;
import java.util.List;
import java.util.Optional;

/**
 * Makes labels of parsed records of a topic of their own. A record that does not map throws {@link
 * BadRecordException} with a sentence that names the path and what was found. <i>Immutable.</i>
 */
final class LabelMapping {
    private final Optional<FieldPath> id;
    private final FieldPath label;
    private final List<String> classes;
    private final Optional<FieldPath> time;

    LabelMapping(LabelSource source) {
        id = SourceFields.idPath(source.id());
        label = FieldPath.parse(source.label().orElseThrow());
        classes = source.classes();
        time = source.time().map(FieldPath::parse);
    }

    /**
     * The label of a record.
     *
     * @param by who says so
     */
    Label label(SourceRecord record, Object tree, String by) {
        return new Label(
                SourceFields.id(id, record.key(), tree),
                SourceFields.classIndex(
                        label, SourceFields.required(label, tree, "the label"), classes),
                null,
                by,
                time.map(path -> SourceFields.time(path, tree)).orElse(record.timestampMillis()));
    }
}
