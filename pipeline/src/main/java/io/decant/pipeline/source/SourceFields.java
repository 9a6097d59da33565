package io.decant.pipeline.source;

import io.decant.records.DeadLetterReason;
import io.decant.serde.BadRecordException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.generic.GenericEnumSymbol;
import org.apache.avro.generic.IndexedRecord;

/**
 * What single fields of a mapped record mean: id, time, class, attribute. A field that does not
 * hold what it should throws {@link BadRecordException} with a sentence that names the path and
 * what was found. <i>Thread-safe: all methods are pure.</i>
 */
final class SourceFields {
    /** Stands for the record's key where a path could stand. */
    static final String KEY = "key";

    /** So much of a text is quoted in a sentence. */
    private static final int QUOTED = 40;

    private SourceFields() {}

    static void checkId(String id) {
        if (!id.equals(KEY)) {
            checkPath("id", id);
        }
    }

    static void check(String name, Optional<String> path) {
        path.ifPresent(text -> checkPath(name, text));
    }

    static void checkPath(String name, String path) {
        try {
            FieldPath.parse(path);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(name + " " + wrong.getMessage(), wrong);
        }
    }

    static void checkClasses(List<String> classes, Optional<String> label) {
        if (!classes.isEmpty() && label.isEmpty()) {
            throw new IllegalArgumentException(
                    "label is missing; classes are the names that it holds");
        }
        if (new HashSet<>(classes).size() < classes.size()) {
            throw new IllegalArgumentException(
                    "classes must hold each name once, was " + String.join(",", classes));
        }
    }

    /** The field of an id; empty = the key. */
    static Optional<FieldPath> idPath(String id) {
        return id.equals(KEY) ? Optional.empty() : Optional.of(FieldPath.parse(id));
    }

    /** The sample id: a field that is a text or a whole number, or the key's text. */
    static String id(Optional<FieldPath> path, byte[] key, Object tree) {
        String id = path.map(field -> scalar(field, tree)).orElseGet(() -> keyText(key));
        if (id.isEmpty()) {
            throw invalid(
                    path.map(FieldPath::toString).orElse("the record's key")
                            + " is empty; expected the sample id, a name that no other sample has");
        }
        return id;
    }

    private static String keyText(byte[] key) {
        if (key == null) {
            throw invalid("the record has no key; expected the sample id in UTF-8");
        }
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key));
            return text.toString();
        } catch (CharacterCodingException otherBytes) {
            throw invalid("the record's key is not UTF-8 text; expected the sample id");
        }
    }

    private static String scalar(FieldPath path, Object tree) {
        Object found = required(path, tree, "the sample id");
        if (isText(found) || isWhole(found)) {
            return found.toString();
        }
        throw invalid(
                path
                        + " is "
                        + shown(found)
                        + "; expected the sample id, a text or a whole number");
    }

    /** The event time, milliseconds since 1970-01-01T00:00Z, 0 or more. */
    static long time(FieldPath path, Object tree) {
        Object found = required(path, tree, "the event time");
        long millis;
        if (found instanceof Instant instant) {
            millis = instant.toEpochMilli();
        } else if (isWhole(found)) {
            millis = ((Number) found).longValue();
        } else if (isText(found)) {
            millis = isoMillis(path, found.toString());
        } else {
            throw noTime(path, found);
        }
        if (millis < 0) {
            throw noTime(path, found);
        }
        return millis;
    }

    private static long isoMillis(FieldPath path, String text) {
        try {
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeException | ArithmeticException noInstant) {
            throw noTime(path, text);
        }
    }

    private static BadRecordException noTime(FieldPath path, Object found) {
        return invalid(
                path
                        + " is "
                        + shown(found)
                        + "; expected the event time: whole milliseconds since 1970, or ISO 8601 with a zone such as 2026-01-31T12:00:00Z");
    }

    /**
     * The class's index.
     *
     * @param names of the classes in order; empty = the field holds the index
     */
    static int classIndex(FieldPath path, Object found, List<String> names) {
        if (!names.isEmpty()) {
            int index = names.indexOf(String.valueOf(found));
            if (index < 0) {
                throw outOfRange(path, found, "one of the classes " + String.join(", ", names));
            }
            return index;
        }
        Object number = isText(found) ? wholeNumber(found.toString()) : found;
        if (!isWhole(number) || number instanceof Long || ((Number) number).intValue() < 0) {
            throw outOfRange(
                    path, found, "a class's index of 0 or more; for names give them in classes");
        }
        return ((Number) number).intValue();
    }

    private static Object wholeNumber(String text) {
        return text.matches("[0-9]{1,9}") ? (Object) Integer.valueOf(text) : text;
    }

    private static BadRecordException outOfRange(FieldPath path, Object found, String expected) {
        return new BadRecordException(
                DeadLetterReason.CLASS_OUT_OF_RANGE,
                path + " is " + shown(found) + "; expected " + expected,
                null);
    }

    /** An attribute's text; empty if the record does not hold it. */
    static Optional<String> attribute(FieldPath path, Object tree) {
        Optional<Object> found = path.find(tree);
        if (found.isPresent() && isGroup(found.get())) {
            throw invalid(
                    path + " is " + shown(found.get()) + "; expected an attribute, a single value");
        }
        return found.map(Object::toString);
    }

    static Object required(FieldPath path, Object tree, String what) {
        return path.find(tree)
                .orElseThrow(() -> invalid(path + " is missing or null; expected " + what));
    }

    static BadRecordException invalid(String detail) {
        return new BadRecordException(DeadLetterReason.INVALID_VALUE, detail, null);
    }

    static boolean isText(Object value) {
        return value instanceof CharSequence || value instanceof GenericEnumSymbol;
    }

    private static boolean isWhole(Object value) {
        return value instanceof Integer || value instanceof Long;
    }

    private static boolean isGroup(Object value) {
        return value instanceof Map
                || value instanceof List
                || value instanceof IndexedRecord
                || value instanceof ByteBuffer;
    }

    /** A value as a sentence quotes it: short. */
    static String shown(Object value) {
        if (isText(value)) {
            String text = value.toString();
            return text.length() <= QUOTED
                    ? "'" + text + "'"
                    : "a text of " + text.length() + " characters";
        } else if (value instanceof List<?> list) {
            return "a list of " + list.size();
        } else if (value instanceof ByteBuffer bytes) {
            return bytes.remaining() + " bytes";
        } else if (value instanceof Map || value instanceof IndexedRecord) {
            return "a group of fields";
        }
        String text = String.valueOf(value);
        return text.length() <= QUOTED ? text : "a number of " + text.length() + " characters";
    }
}
