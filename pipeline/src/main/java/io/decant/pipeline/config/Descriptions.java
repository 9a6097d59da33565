package io.decant.pipeline.config;

import io.decant.pipeline.config.Configuration.Described;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Describes every key of a configuration record. <i>Thread-safe: all methods are pure.</i> */
final class Descriptions {
    private Descriptions() {}

    static List<Described> of(Class<? extends Record> type) {
        List<Described> keys = new ArrayList<>();
        collect("", type, keys);
        return keys;
    }

    private static void collect(String prefix, Class<?> type, List<Described> into) {
        for (RecordComponent component : type.getRecordComponents()) {
            String key = prefix + Values.kebab(component.getName());
            if (component.getType().isRecord()) {
                collect(key + ".", component.getType(), into);
            } else {
                into.add(described(key, component));
            }
        }
    }

    private static Described described(String key, RecordComponent component) {
        Setting setting = Values.setting(component);
        Class<?> element = Values.elementType(component);
        if (component.getType() == Map.class) {
            return new Described(
                    key + ".*",
                    Values.name(element),
                    "",
                    false,
                    Values.bounds(element, setting),
                    setting.doc());
        }
        String several =
                component.getType() == List.class
                        ? "list of "
                        : component.getType() == Optional.class ? "optional " : "";
        boolean required = setting.otherwise().equals(Setting.REQUIRED);
        return new Described(
                key,
                several + Values.name(element),
                required ? "" : setting.otherwise(),
                required,
                Values.bounds(element, setting),
                setting.doc());
    }
}
