package io.decant.pipeline.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a configuration file into one record tree. Keys are the component names in kebab-case;
 * nested records are nested maps. All problems are reported together; an unknown key is a problem,
 * with the nearest known key as a suggestion. Component types: {@code String, int, long, double,
 * boolean, Duration, Path}, enums, records, {@code Optional} and {@code List} of these except
 * records, and {@code Map<String, String>}, whose keys are free (for {@code kafka.*}). Settings
 * given as {@code KEY=VALUE} replace the file's. A value may refer to the environment, <code>
 * ${env:NAME}</code>, or to a file's content, <code>${file:PATH}</code>; among free keys it is
 * never shown then. <i>Thread-safe.</i>
 */
public final class Configuration {
    private Configuration() {}

    /**
     * Reads a YAML file.
     *
     * @param overrides {@code KEY=VALUE}, keys dotted; the last of a key counts
     * @throws ConfigurationException with every problem found
     */
    public static <R extends Record> R load(Path file, Class<R> type, List<String> overrides) {
        return read(file.toString(), YamlFile.values(file), type, overrides);
    }

    /**
     * Builds a configuration from the defaults and {@code KEY=VALUE} settings, keys dotted.
     *
     * @throws ConfigurationException with every problem found
     */
    public static <R extends Record> R of(Class<R> type, List<String> overrides) {
        return read("the configuration", Map.of(), type, overrides);
    }

    private static <R extends Record> R read(
            String where, Map<String, List<String>> file, Class<R> type, List<String> overrides) {
        List<String> problems = new ArrayList<>();
        Map<String, List<String>> values = new LinkedHashMap<>(file);
        for (String override : overrides) {
            int equals = override.indexOf('=');
            if (equals < 1) {
                problems.add("the setting '" + override + "' is not of the form KEY=VALUE");
            } else {
                values.put(override.substring(0, equals), List.of(override.substring(equals + 1)));
            }
        }
        References references = new References(System::getenv);
        RecordReader reader = new RecordReader(references.resolved(values), references.used());
        problems.addAll(references.problems());
        R result = reader.read(type);
        problems.addAll(reader.problems());
        if (!problems.isEmpty()) {
            throw new ConfigurationException(where, problems);
        }
        return result;
    }

    /**
     * The effective values by dotted key, in the record's order, written as they would stand in a
     * file: what is not hidden can be read back. Secrets are hidden.
     */
    public static Map<String, String> effective(Record configuration) {
        return EffectiveValues.of(configuration);
    }

    /**
     * A value as it may be shown: hidden when its key is one that holds a secret, and an address
     * without its user.
     */
    public static String shown(String key, String value) {
        return EffectiveValues.shown(key, value);
    }

    /** Every key of a configuration record, in its order, for the documentation. */
    public static List<Described> describe(Class<? extends Record> type) {
        return Descriptions.of(type);
    }

    /**
     * One documented key.
     *
     * @param key dotted; ends with {@code .*} where keys are free
     * @param type what the value is, in words
     * @param otherwise the default, or empty text when the key must be given or may be left out
     * @param required whether the key must be given
     * @param bounds the range in words; empty when there is none
     * @param doc what the setting does
     */
    public record Described(
            String key,
            String type,
            String otherwise,
            boolean required,
            String bounds,
            String doc) {}
}
