package io.decant.trainer.journal;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which pairs a model learns, by the attributes of their samples: all of the wanted ones must be
 * there. <i>Immutable.</i>
 *
 * @param wanted attribute to value; empty lets every pair through
 */
public record PairFilter(Map<String, String> wanted) {
    public PairFilter {
        wanted = Map.copyOf(wanted);
    }

    /**
     * Reads {@code attribute=value} texts.
     *
     * @throws IllegalArgumentException when one is not of that form, or names an attribute twice
     */
    public static PairFilter parse(List<String> conditions) {
        Map<String, String> wanted = new TreeMap<>();
        for (String condition : conditions) {
            int equals = condition.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException(
                        "model.filter must be a list of ATTRIBUTE=VALUE, was '" + condition + "'");
            }
            String attribute = condition.substring(0, equals);
            if (wanted.put(attribute, condition.substring(equals + 1)) != null) {
                throw new IllegalArgumentException(
                        "model.filter names the attribute '"
                                + attribute
                                + "' twice; a pair can have one value of it only");
            }
        }
        return new PairFilter(wanted);
    }

    boolean passes(Map<String, String> attributes) {
        for (Map.Entry<String, String> condition : wanted.entrySet()) {
            if (!condition.getValue().equals(attributes.get(condition.getKey()))) {
                return false;
            }
        }
        return true;
    }
}
