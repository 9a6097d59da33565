package io.decant.pipeline.config;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Writes a configuration down, without its secrets. <i>Thread-safe: all methods are pure.</i> */
final class EffectiveValues {
    /** Stands for a secret. */
    static final String HIDDEN = "***";

    /** Parts of the keys that hold secrets in Kafka's and the registry's settings. */
    private static final List<String> SECRET_KEYS =
            List.of(
                    "password",
                    "secret",
                    "jaas",
                    "user.info",
                    "token",
                    "credential",
                    "keystore.key");

    private static final Pattern USER_IN_ADDRESS = Pattern.compile("://[^/@\\s]+@");

    private EffectiveValues() {}

    static Map<String, String> of(Record configuration) {
        Map<String, String> values = new LinkedHashMap<>();
        collect("", configuration, values);
        return values;
    }

    private static void collect(String prefix, Record configuration, Map<String, String> into) {
        for (RecordComponent component : configuration.getClass().getRecordComponents()) {
            String key = prefix + Values.kebab(component.getName());
            Object value = value(component, configuration);
            if (value instanceof Record nested) {
                collect(key + ".", nested, into);
            } else if (value instanceof Map<?, ?> map) {
                new TreeMap<>(map)
                        .forEach(
                                (name, each) -> into.put(key + "." + name, shown(map, name, each)));
            } else {
                boolean secret = Values.setting(component).secret();
                String text = Values.text(value);
                into.put(key, secret && !text.isEmpty() ? HIDDEN : withoutUser(text));
            }
        }
    }

    private static Object value(RecordComponent component, Record of) {
        try {
            return component.getAccessor().invoke(of);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(
                    "a configuration record must be public, " + of.getClass() + " is not",
                    impossible);
        }
    }

    static String shown(Map<?, ?> settings, Object name, Object value) {
        return settings instanceof FreeSettings free && free.hides(name.toString())
                ? HIDDEN
                : shown(name, value);
    }

    static String shown(Object name, Object value) {
        String key = name.toString().toLowerCase(Locale.ROOT);
        // Where only numbers can stand, no key names a secret.
        return value instanceof String && SECRET_KEYS.stream().anyMatch(key::contains)
                ? HIDDEN
                : withoutUser(value.toString());
    }

    /** An address may hold a user and a password. */
    static String withoutUser(String text) {
        return USER_IN_ADDRESS.matcher(text).replaceAll("://" + HIDDEN + "@");
    }
}
