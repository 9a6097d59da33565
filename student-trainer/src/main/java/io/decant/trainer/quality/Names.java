package io.decant.trainer.quality;

import java.util.ArrayList;
import java.util.List;

/**
 * Slices that were seen, numbered in the order in which they were: {@code attribute=value}. Beyond
 * a bound all others of an attribute are one. <i>Owned by the window.</i>
 */
final class Names {
    /** Values that have a name; then there is one more for each attribute. */
    static final int MOST = 64;

    /** Longest value: a name is no place for a text. */
    private static final int LONGEST = 64;

    private static final String REST = "(others)";
    private static final String SEPARATOR = "\n";

    private final List<String> known = new ArrayList<>();

    int numberOf(String attribute, String value) {
        String shown = value.length() > LONGEST ? value.substring(0, LONGEST) : value;
        String name = (attribute + "=" + shown).replaceAll("\\p{Cntrl}|\\p{Cs}", "?");
        int number = known.indexOf(name);
        if (number >= 0) {
            return number;
        }
        return known.size() < MOST ? added(name) : rest(attribute);
    }

    private int rest(String attribute) {
        String name = attribute + "=" + REST;
        int number = known.indexOf(name);
        return number >= 0 ? number : added(name);
    }

    private int added(String name) {
        known.add(name);
        return known.size() - 1;
    }

    String name(int number) {
        return known.get(number);
    }

    String save() {
        return String.join(SEPARATOR, known);
    }

    void restore(String saved) {
        known.clear();
        if (!saved.isEmpty()) {
            known.addAll(List.of(saved.split(SEPARATOR)));
        }
    }
}
