package io.decant.pipeline.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Reads a configuration file into one record tree. Keys are the component names in kebab-case;
 * nested records are nested maps. All problems are reported together; an unknown key is a problem,
 * with the nearest known key as a suggestion. Component types: {@code String, int, long, double,
 * boolean, Duration, Path}, enums, records, {@code Optional} and {@code List} of these, and {@code
 * Map<String, String>}, whose keys are free (for {@code kafka.*}). Settings given as {@code
 * KEY=VALUE} replace the file's. <i>Thread-safe: all methods are pure.</i>
 */
public final class Configuration {
    private Configuration() {}

    /** Reads a YAML file. */
    public static <R extends Record> R load(Path file, Class<R> type, List<String> overrides) {
        JsonNode root;
        try {
            root = new YAMLMapper().readTree(Files.readString(file));
        } catch (JsonProcessingException broken) {
            throw new ConfigurationException(
                    file.toString(),
                    List.of(
                            "it is not YAML: "
                                    + broken.getOriginalMessage()
                                    + " (line "
                                    + (broken.getLocation() == null
                                            ? "?"
                                            : broken.getLocation().getLineNr())
                                    + ")"));
        } catch (IOException unreadable) {
            throw new ConfigurationException(
                    file.toString(),
                    List.of(
                            "it cannot be read ("
                                    + unreadable.getClass().getSimpleName()
                                    + "); expected a YAML file, see docs/configuration.md"));
        }
        Map<String, Object> values = new LinkedHashMap<>();
        flatten("", root, values);
        return read(file.toString(), values, type, overrides);
    }

    /** Builds a configuration from the defaults and {@code KEY=VALUE} settings, keys dotted. */
    public static <R extends Record> R of(Class<R> type, List<String> overrides) {
        return read("the configuration", new LinkedHashMap<>(), type, overrides);
    }

    private static <R extends Record> R read(
            String where, Map<String, Object> values, Class<R> type, List<String> overrides) {
        List<String> problems = new ArrayList<>();
        for (String override : overrides) {
            int equals = override.indexOf('=');
            if (equals < 1) {
                problems.add("the setting '" + override + "' is not of the form KEY=VALUE");
            } else {
                values.put(override.substring(0, equals), override.substring(equals + 1));
            }
        }
        Reader reader = new Reader(values, problems);
        Object result = reader.record("", type);
        reader.reportUnknown();
        if (!problems.isEmpty()) {
            throw new ConfigurationException(where, problems);
        }
        return type.cast(result);
    }

    private static void flatten(String prefix, JsonNode node, Map<String, Object> into) {
        if (node == null || node.isNull() || node.isMissingNode()) {
            return;
        }
        if (node.isObject()) {
            node.properties()
                    .forEach(
                            entry ->
                                    flatten(
                                            prefix.isEmpty()
                                                    ? entry.getKey()
                                                    : prefix + "." + entry.getKey(),
                                            entry.getValue(),
                                            into));
        } else if (node.isArray()) {
            List<String> items = new ArrayList<>();
            node.forEach(item -> items.add(item.asText()));
            into.put(prefix, items);
        } else {
            into.put(prefix, node.asText());
        }
    }

    /** The effective values by dotted key, in the record's order; secrets are hidden. */
    public static Map<String, String> effective(Record configuration) {
        Map<String, String> values = new LinkedHashMap<>();
        effective("", configuration, values);
        return values;
    }

    private static void effective(String prefix, Record configuration, Map<String, String> into) {
        for (RecordComponent component : configuration.getClass().getRecordComponents()) {
            String key = prefix + kebab(component.getName());
            Object value = value(component, configuration);
            Setting setting = component.getAnnotation(Setting.class);
            if (value instanceof Record nested) {
                effective(key + ".", nested, into);
            } else if (value instanceof Map<?, ?> map) {
                new TreeMap<>(map)
                        .forEach(
                                (k, v) ->
                                        into.put(
                                                key + "." + k,
                                                secretKey(k.toString()) ? "***" : v.toString()));
            } else if (value instanceof Optional<?> optional) {
                into.put(
                        key,
                        optional.map(
                                        v ->
                                                setting != null && setting.secret()
                                                        ? "***"
                                                        : v.toString())
                                .orElse(""));
            } else {
                into.put(key, setting != null && setting.secret() ? "***" : String.valueOf(value));
            }
        }
    }

    private static boolean secretKey(String key) {
        String lower = key.toLowerCase(Locale.ROOT);
        return lower.contains("password")
                || lower.contains("secret")
                || lower.contains("jaas")
                || lower.contains("user.info");
    }

    private static Object value(RecordComponent component, Record of) {
        try {
            return component.getAccessor().invoke(of);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(
                    "configuration records must be public, " + of.getClass() + " is not",
                    impossible);
        }
    }

    /** Every key of a configuration record, for the documentation. */
    public static List<Described> describe(Class<? extends Record> type) {
        List<Described> keys = new ArrayList<>();
        describe("", type, keys);
        return keys;
    }

    /**
     * One documented key.
     *
     * @param otherwise the default, or empty text when the key must be given or may be left out
     */
    public record Described(
            String key, String type, String otherwise, boolean required, String doc) {}

    private static void describe(String prefix, Class<?> type, List<Described> into) {
        for (RecordComponent component : type.getRecordComponents()) {
            String key = prefix + kebab(component.getName());
            if (component.getType().isRecord()) {
                describe(key + ".", component.getType(), into);
                continue;
            }
            Setting setting = component.getAnnotation(Setting.class);
            boolean map = component.getType() == Map.class;
            String otherwise = setting == null ? Setting.REQUIRED : setting.otherwise();
            into.add(
                    new Described(
                            map ? key + ".*" : key,
                            typeName(component.getGenericType()),
                            otherwise.equals(Setting.REQUIRED) ? "" : otherwise,
                            otherwise.equals(Setting.REQUIRED) && !map,
                            setting == null ? "" : setting.doc()));
        }
    }

    private static String typeName(Type type) {
        if (type instanceof ParameterizedType generic) {
            Class<?> raw = (Class<?>) generic.getRawType();
            return raw == Map.class
                    ? "text"
                    : (raw == List.class ? "list of " : "optional ")
                            + typeName(generic.getActualTypeArguments()[0]);
        }
        Class<?> c = (Class<?>) type;
        if (c.isEnum()) {
            return Arrays.stream(c.getEnumConstants())
                    .map(e -> kebab(((Enum<?>) e).name()))
                    .collect(Collectors.joining(" \\| "));
        }
        return c == String.class ? "text" : c.getSimpleName().toLowerCase(Locale.ROOT);
    }

    static String kebab(String name) {
        return name.equals(name.toUpperCase(Locale.ROOT))
                ? name.toLowerCase(Locale.ROOT).replace('_', '-')
                : name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    /** Fills records from flat values and collects what is wrong. */
    private static final class Reader {
        private final Map<String, Object> values;
        private final List<String> problems;
        private final List<String> known = new ArrayList<>();
        private final List<String> free = new ArrayList<>();

        Reader(Map<String, Object> values, List<String> problems) {
            this.values = values;
            this.problems = problems;
        }

        Object record(String prefix, Class<?> type) {
            RecordComponent[] components = type.getRecordComponents();
            Object[] arguments = new Object[components.length];
            int before = problems.size();
            for (int i = 0; i < components.length; i++) {
                arguments[i] = component(prefix + kebab(components[i].getName()), components[i]);
            }
            if (problems.size() > before) {
                return null;
            }
            try {
                return type.getDeclaredConstructor(
                                Arrays.stream(components)
                                        .map(RecordComponent::getType)
                                        .toArray(Class<?>[]::new))
                        .newInstance(arguments);
            } catch (InvocationTargetException refused) {
                problems.add(
                        (prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1) + ": ")
                                + refused.getCause().getMessage());
                return null;
            } catch (ReflectiveOperationException impossible) {
                throw new IllegalStateException(
                        "configuration record " + type + " cannot be made", impossible);
            }
        }

        private Object component(String key, RecordComponent component) {
            Class<?> raw = component.getType();
            if (raw.isRecord()) {
                return record(key + ".", raw);
            }
            if (raw == Map.class) {
                free.add(key + ".");
                Map<String, String> map = new TreeMap<>();
                values.forEach(
                        (k, v) -> {
                            if (k.startsWith(key + ".")) {
                                map.put(
                                        k.substring(key.length() + 1),
                                        v instanceof List<?> list
                                                ? String.join(
                                                        ",",
                                                        list.stream().map(String::valueOf).toList())
                                                : v.toString());
                            }
                        });
                return map;
            }
            known.add(key);
            Setting setting = component.getAnnotation(Setting.class);
            Object given = values.get(key);
            String otherwise = setting == null ? Setting.REQUIRED : setting.otherwise();
            Object text = given == null ? otherwise : given;
            if (text.equals(Setting.REQUIRED)) {
                problems.add(
                        key + " is missing" + (setting == null ? "" : "; it is: " + setting.doc()));
                return null;
            }
            Class<?> element = raw;
            if (component.getGenericType() instanceof ParameterizedType generic) {
                element = (Class<?>) generic.getActualTypeArguments()[0];
            }
            try {
                if (raw == Optional.class) {
                    return text.toString().isEmpty()
                            ? Optional.empty()
                            : Optional.of(one(key, text.toString(), element, setting));
                }
                if (raw == List.class) {
                    List<Object> items = new ArrayList<>();
                    List<?> texts =
                            text instanceof List<?> list
                                    ? list
                                    : text.toString().isEmpty()
                                            ? List.of()
                                            : Arrays.asList(text.toString().split(","));
                    for (Object item : texts) {
                        items.add(one(key, item.toString().trim(), element, setting));
                    }
                    return List.copyOf(items);
                }
                if (text instanceof List<?>) {
                    throw new IllegalArgumentException(key + " must be one value, was a list");
                }
                return one(key, text.toString(), raw, setting);
            } catch (IllegalArgumentException wrong) {
                problems.add(wrong.getMessage());
                return null;
            }
        }

        private static Object one(String key, String text, Class<?> type, Setting setting) {
            Object value;
            try {
                value = parse(text, type);
            } catch (RuntimeException malformed) {
                throw new IllegalArgumentException(
                        key + " must be " + expected(type) + ", was '" + text + "'");
            }
            double number =
                    value instanceof Number n
                            ? n.doubleValue()
                            : value instanceof Duration d ? d.toNanos() / 1e6 : Double.NaN;
            if (setting != null && (number < setting.min() || number > setting.max())) {
                boolean time = value instanceof Duration;
                String bounds =
                        setting.max() == Double.POSITIVE_INFINITY
                                ? "at least " + shown(setting.min(), time)
                                : setting.min() == Double.NEGATIVE_INFINITY
                                        ? "at most " + shown(setting.max(), time)
                                        : "between "
                                                + shown(setting.min(), time)
                                                + " and "
                                                + shown(setting.max(), time);
                throw new IllegalArgumentException(key + " must be " + bounds + ", was " + text);
            }
            return value;
        }

        private static String shown(double bound, boolean time) {
            String number =
                    bound == Math.rint(bound)
                            ? Long.toString((long) bound)
                            : Double.toString(bound);
            return time ? number + "ms" : number;
        }

        private static Object parse(String text, Class<?> type) {
            if (type == String.class) {
                return text;
            } else if (type == int.class || type == Integer.class) {
                return Integer.valueOf(text);
            } else if (type == long.class || type == Long.class) {
                return Long.valueOf(text);
            } else if (type == double.class || type == Double.class) {
                double value = Double.parseDouble(text);
                if (!Double.isFinite(value)) {
                    throw new IllegalArgumentException(text);
                }
                return value;
            } else if (type == boolean.class || type == Boolean.class) {
                if (!text.equals("true") && !text.equals("false")) {
                    throw new IllegalArgumentException(text);
                }
                return Boolean.valueOf(text);
            } else if (type == Path.class) {
                return Path.of(text);
            } else if (type == Duration.class) {
                return duration(text);
            } else if (type.isEnum()) {
                return Arrays.stream(type.getEnumConstants())
                        .filter(
                                e ->
                                        kebab(((Enum<?>) e).name())
                                                .equals(text.toLowerCase(Locale.ROOT)))
                        .findFirst()
                        .orElseThrow();
            }
            throw new IllegalStateException("no way to read a " + type + " from a configuration");
        }

        private static Duration duration(String text) {
            if (text.endsWith("ms")) {
                return Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)));
            }
            long number = Long.parseLong(text.substring(0, text.length() - 1));
            return switch (text.charAt(text.length() - 1)) {
                case 's' -> Duration.ofSeconds(number);
                case 'm' -> Duration.ofMinutes(number);
                case 'h' -> Duration.ofHours(number);
                case 'd' -> Duration.ofDays(number);
                default -> throw new IllegalArgumentException(text);
            };
        }

        private static String expected(Class<?> type) {
            if (type.isEnum()) {
                return "one of "
                        + Arrays.stream(type.getEnumConstants())
                                .map(e -> kebab(((Enum<?>) e).name()))
                                .collect(Collectors.joining(", "));
            }
            return type == Duration.class
                    ? "a time such as 200ms, 10s, 5m, 2h or 7d"
                    : type == boolean.class
                            ? "true or false"
                            : type == double.class
                                    ? "a number"
                                    : type == Path.class ? "a path" : "a whole number";
        }

        void reportUnknown() {
            for (String key : values.keySet()) {
                if (known.contains(key) || free.stream().anyMatch(key::startsWith)) {
                    continue;
                }
                String nearest =
                        known.stream()
                                .min(java.util.Comparator.comparingInt(k -> distance(k, key)))
                                .orElse("");
                problems.add(
                        "unknown key "
                                + key
                                + (distance(nearest, key) <= Math.max(2, key.length() / 3)
                                        ? "; did you mean " + nearest + "?"
                                        : ""));
            }
        }

        /** Levenshtein's edit distance. */
        private static int distance(String a, String b) {
            int[] row = new int[b.length() + 1];
            for (int j = 0; j <= b.length(); j++) {
                row[j] = j;
            }
            for (int i = 1; i <= a.length(); i++) {
                int diagonal = row[0];
                row[0] = i;
                for (int j = 1; j <= b.length(); j++) {
                    int next =
                            Math.min(
                                    Math.min(row[j], row[j - 1]) + 1,
                                    diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1));
                    diagonal = row[j];
                    row[j] = next;
                }
            }
            return row[b.length()];
        }
    }
}
