package io.decant.trainer.quality;

import java.util.ArrayList;
import java.util.List;

/**
 * Slices that were seen, numbered in the order in which they were: {@code attribute=value}. Beyond
 * a bound all others are one. <i>Owned by the window.</i>
 */
final class Names {
    /** Slices at most; number 0 is what found no place. */
    static final int MOST = 64;

    /** Longest value: a name is no place for a text. */
    private static final int LONGEST = 64;

    private static final String REST = "(others)";
    private static final String SEPARATOR = "\n";

    private final List<String> known = new ArrayList<>(List.of(REST));

    int numberOf(String attribute, String value) {
        String shown = value.length() > LONGEST ? value.substring(0, LONGEST) : value;
        String name = (attribute + "=" + shown).replaceAll("\\p{Cntrl}|\\p{Cs}", "?");
        int number = known.indexOf(name);
        if (number >= 0) {
            return number;
        }
        if (known.size() > MOST) {
            return 0;
        }
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
        known.addAll(List.of(saved.split(SEPARATOR)));
    }
}
