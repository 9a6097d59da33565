package io.decant.pipeline.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The types that a setting can have: how each is read, written, bounded and described.
 * <i>Thread-safe: all methods are pure.</i>
 */
final class Values {
    private Values() {}

    /** A component's annotation; every configuration key has one. */
    static Setting setting(RecordComponent component) {
        Setting setting = component.getAnnotation(Setting.class);
        if (setting == null) {
            throw new IllegalStateException(
                    "a configuration key must have a @Setting, "
                            + component.getDeclaringRecord().getName()
                            + "."
                            + component.getName()
                            + " has none");
        }
        return setting;
    }

    /**
     * The type of one value: what is inside an {@code Optional} or a {@code List}, or what a {@code
     * Map} gives for a name.
     */
    static Class<?> elementType(RecordComponent component) {
        if (component.getGenericType() instanceof ParameterizedType generic) {
            Type[] inside = generic.getActualTypeArguments();
            return (Class<?>) inside[inside.length - 1];
        }
        return component.getType();
    }

    /** Reads one value; empty if the text is not of the type. */
    static Optional<?> parse(String text, Class<?> type) {
        try {
            if (type == String.class) {
                return Optional.of(text);
            } else if (type == int.class || type == Integer.class) {
                return Optional.of(Integer.valueOf(text));
            } else if (type == long.class || type == Long.class) {
                return Optional.of(Long.valueOf(text));
            } else if (type == double.class || type == Double.class) {
                return Optional.of(Double.valueOf(text)).filter(Double::isFinite);
            } else if (type == boolean.class || type == Boolean.class) {
                return Optional.of(Boolean.valueOf(text)).filter(b -> b.toString().equals(text));
            } else if (type == Path.class) {
                return Optional.of(Path.of(text)).filter(path -> !text.isEmpty());
            } else if (type == Duration.class) {
                return TimeText.parse(text);
            }
        } catch (NumberFormatException | InvalidPathException malformed) {
            return Optional.empty();
        }
        return constants(type).stream()
                .filter(constant -> text(constant).equals(text.toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    /** Writes one value as it would stand in a file. */
    static String text(Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(Values::text).collect(Collectors.joining(","));
        } else if (value instanceof Optional<?> optional) {
            return optional.map(Values::text).orElse("");
        } else if (value instanceof Duration duration) {
            return TimeText.of(duration);
        } else if (value instanceof Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
        return value.toString();
    }

    /** Whether a number or a duration lies within its setting's bounds; anything else does. */
    static boolean within(Object value, Setting setting) {
        double measure;
        if (value instanceof Duration duration) {
            measure = duration.getSeconds() * 1e3 + duration.getNano() / 1e6;
        } else if (value instanceof Number number) {
            measure = number.doubleValue();
        } else {
            return true;
        }
        return measure >= setting.min() && measure <= setting.max();
    }

    /** A setting's bounds in words; empty text without any. */
    static String bounds(Class<?> type, Setting setting) {
        boolean low = setting.min() != Double.NEGATIVE_INFINITY;
        boolean high = setting.max() != Double.POSITIVE_INFINITY;
        String min = bound(type, setting.min());
        String max = bound(type, setting.max());
        if (low && high) {
            return "between " + min + " and " + max;
        }
        return low ? "at least " + min : high ? "at most " + max : "";
    }

    private static String bound(Class<?> type, double bound) {
        if (bound != Math.rint(bound) || Double.isInfinite(bound)) {
            return Double.toString(bound);
        }
        return type == Duration.class
                ? TimeText.of(Duration.ofMillis((long) bound))
                : Long.toString((long) bound);
    }

    /** What a value of the type looks like, for an error message. */
    static String expected(Class<?> type) {
        if (type.isEnum()) {
            return "one of "
                    + constants(type).stream().map(Values::text).collect(Collectors.joining(", "));
        }
        return switch (name(type)) {
            case "duration" -> "a time such as 200ms, 10s, 5m, 2h or 7d";
            case "boolean" -> "true or false";
            case "double" -> "a finite number";
            case "path" -> "a path";
            case "text" -> "a text";
            case "int" -> "a whole number of at most 32 bits";
            default -> "a whole number";
        };
    }

    /** What a type is called in the documentation. */
    static String name(Class<?> type) {
        if (type.isEnum()) {
            return constants(type).stream().map(Values::text).collect(Collectors.joining(" | "));
        } else if (type == String.class) {
            return "text";
        } else if (type == Integer.class) {
            return "int";
        }
        return type.getSimpleName().toLowerCase(Locale.ROOT);
    }

    private static List<?> constants(Class<?> type) {
        if (!type.isEnum()) {
            throw new IllegalStateException("a configuration cannot hold a " + type.getName());
        }
        return Arrays.asList(type.getEnumConstants());
    }

    /** A component's name as a key: {@code batchSize} is {@code batch-size}. */
    static String kebab(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }
}
