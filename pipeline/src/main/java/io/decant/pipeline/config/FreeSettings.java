package io.decant.pipeline.config;

import java.util.AbstractMap;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Settings whose names are free, such as those for Kafka's clients. It knows which values were
 * taken from the environment or from a file: they are never shown. <i>Immutable.</i>
 */
public final class FreeSettings extends AbstractMap<String, String> {
    private final Map<String, String> values;
    private final Set<String> secret;

    FreeSettings(Map<String, String> values, Set<String> secret) {
        this.values = Collections.unmodifiableMap(new TreeMap<>(values));
        this.secret = Set.copyOf(secret);
    }

    /** The same settings; what is known to be secret stays so. */
    public static FreeSettings copyOf(Map<String, String> settings) {
        return settings instanceof FreeSettings known
                ? known
                : new FreeSettings(settings, Set.of());
    }

    /** Whether the value must not be shown, whatever its name is. */
    boolean hides(String name) {
        return secret.contains(name);
    }

    @Override
    public Set<Entry<String, String>> entrySet() {
        return values.entrySet();
    }

    /** Without secrets. */
    @Override
    public String toString() {
        Map<String, String> shown = new TreeMap<>();
        values.forEach((name, value) -> shown.put(name, EffectiveValues.shown(this, name, value)));
        return shown.toString();
    }
}
