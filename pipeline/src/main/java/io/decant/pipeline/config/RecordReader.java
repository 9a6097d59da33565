package io.decant.pipeline.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Fills records from flat values and collects what is wrong. A record is made only when all of its
 * components could be. <i>Owned by the thread that reads.</i>
 */
final class RecordReader {
    private final Map<String, List<String>> values;
    private final Set<String> fromElsewhere;
    private final List<String> problems = new ArrayList<>();
    private final Set<String> known = new LinkedHashSet<>();
    private final Set<String> free = new LinkedHashSet<>();

    /**
     * Reads nothing yet.
     *
     * @param fromElsewhere keys whose values hold something of the environment or of a file, which
     *     no problem may show
     */
    RecordReader(Map<String, List<String>> values, Set<String> fromElsewhere) {
        this.values = values;
        this.fromElsewhere = fromElsewhere;
    }

    /** The record, or null when there are {@link #problems}. */
    <R extends Record> R read(Class<R> type) {
        R result = type.cast(record("", type));
        values.keySet().forEach(this::unknown);
        return result;
    }

    /** One sentence each. */
    List<String> problems() {
        return problems;
    }

    private Object record(String prefix, Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        int before = problems.size();
        Object[] arguments =
                Arrays.stream(components)
                        .map(c -> component(prefix + Values.kebab(c.getName()), c))
                        .toArray();
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
            // The record's own check of how its values go together.
            String group = prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1) + ": ";
            problems.add(group + refused.getCause().getMessage());
            return null;
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(
                    "a configuration record must be public with a public constructor, "
                            + type
                            + " is not",
                    impossible);
        }
    }

    private Object component(String key, RecordComponent component) {
        if (component.getType().isRecord()) {
            return record(key + ".", component.getType());
        }
        if (component.getType() == Map.class) {
            free.add(key + ".");
            return map(key + ".", component);
        }
        known.add(key);
        Setting setting = Values.setting(component);
        List<String> given = values.get(key);
        if (given == null) {
            if (setting.otherwise().equals(Setting.REQUIRED)) {
                problems.add(key + " is missing; it is: " + setting.doc());
                return null;
            }
            given = List.of(setting.otherwise());
        }
        return value(key, component, setting, given);
    }

    private Object value(
            String key, RecordComponent component, Setting setting, List<String> given) {
        Class<?> type = Values.elementType(component);
        if (component.getType() == List.class) {
            List<String> texts = given.size() == 1 ? Arrays.asList(given.get(0).split(",")) : given;
            List<Object> items =
                    texts.stream()
                            .map(String::trim)
                            .filter(item -> !item.isEmpty())
                            .map(item -> one(key, item, type, setting))
                            .toList();
            return items.stream().allMatch(Objects::nonNull) ? List.copyOf(items) : null;
        }
        if (given.size() != 1) {
            problems.add(key + " must be one value, was a list");
            return null;
        }
        String text = given.get(0);
        if (component.getType() == Optional.class) {
            return text.isEmpty()
                    ? Optional.empty()
                    : Optional.ofNullable(one(key, text, type, setting));
        }
        return one(key, text, type, setting);
    }

    /** One value, or null with a problem reported. */
    private Object one(String key, String text, Class<?> type, Setting setting) {
        boolean secret = setting.secret() || fromElsewhere.contains(key);
        String shown = secret ? EffectiveValues.HIDDEN : "'" + text + "'";
        Optional<?> value = Values.parse(text, type);
        if (value.isEmpty()) {
            problems.add(key + " must be " + Values.expected(type) + ", was " + shown);
            return null;
        }
        if (!Values.within(value.get(), setting)) {
            problems.add(key + " must be " + Values.bounds(type, setting) + ", was " + shown);
            return null;
        }
        return value.get();
    }

    private Map<String, ?> map(String prefix, RecordComponent component) {
        Class<?> type = Values.elementType(component);
        Map<String, String> texts = new TreeMap<>();
        values.forEach(
                (key, value) -> {
                    if (key.startsWith(prefix)) {
                        texts.put(key.substring(prefix.length()), String.join(",", value));
                    }
                });
        if (type == String.class) {
            return new FreeSettings(
                    texts,
                    fromElsewhere.stream()
                            .filter(key -> key.startsWith(prefix))
                            .map(key -> key.substring(prefix.length()))
                            .collect(Collectors.toSet()));
        }
        Map<String, Object> map = new TreeMap<>();
        texts.forEach(
                (name, text) ->
                        map.put(name, one(prefix + name, text, type, Values.setting(component))));
        return map;
    }

    private void unknown(String key) {
        if (known.contains(key) || free.stream().anyMatch(key::startsWith)) {
            return;
        }
        Optional<String> under =
                known.stream().filter(each -> each.startsWith(key + ".")).findFirst();
        problems.add(
                under.map(first -> key + " must be a group of keys, for example " + first)
                        .orElseGet(
                                () ->
                                        "unknown key "
                                                + key
                                                + NearestKey.of(key, known)
                                                        .map(near -> "; did you mean " + near + "?")
                                                        .orElse("")));
    }
}
