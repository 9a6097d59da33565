package io.decant.pipeline.source;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.util.Utf8;

/**
 * A field's place in a record, as a JSON Pointer (RFC 6901). The same pointer works in parsed JSON
 * (maps and lists) and in Avro records. <i>Immutable.</i>
 *
 * @param steps names of fields, or indices of lists from 0, outermost first; at least one
 */
public record FieldPath(List<String> steps) {
    public FieldPath {
        steps = List.copyOf(steps);
    }

    /** The path to a field of the outermost record. */
    public static FieldPath of(String... steps) {
        return new FieldPath(List.of(steps));
    }

    /**
     * Reads a pointer.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static FieldPath parse(String pointer) {
        if (!pointer.matches("(/([^/~]|~[01])*)+")) {
            throw new IllegalArgumentException(
                    "must be a JSON Pointer such as /features or /body/features, was '"
                            + pointer
                            + "'");
        }
        return new FieldPath(
                Arrays.stream(pointer.substring(1).split("/", -1))
                        .map(step -> step.replace("~1", "/").replace("~0", "~"))
                        .toList());
    }

    /** The value there; empty if there is none, or null. */
    Optional<Object> find(Object tree) {
        Object at = tree;
        for (String step : steps) {
            at = step(at, step);
        }
        return Optional.ofNullable(at);
    }

    private static Object step(Object in, String step) {
        if (in instanceof Map<?, ?> map) {
            Object found = map.get(step);
            return found == null ? map.get(new Utf8(step)) : found;
        } else if (in instanceof IndexedRecord avro) {
            Schema.Field field = avro.getSchema().getField(step);
            return field == null ? null : avro.get(field.pos());
        } else if (in instanceof List<?> list && step.matches("0|[1-9][0-9]{0,8}")) {
            int index = Integer.parseInt(step);
            return index < list.size() ? list.get(index) : null;
        }
        return null;
    }

    /** The pointer, as it would stand in a file. */
    @Override
    public String toString() {
        return steps.stream()
                .map(step -> "/" + step.replace("~", "~0").replace("/", "~1"))
                .collect(Collectors.joining());
    }
}
