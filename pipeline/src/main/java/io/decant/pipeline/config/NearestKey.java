package io.decant.pipeline.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what a mistyped key was meant to be. <i>Thread-safe: all methods are pure.</i> */
final class NearestKey {
    private NearestKey() {}

    /** The known key that takes fewest edits, unless it takes too many to be a slip. */
    static Optional<String> of(String key, Collection<String> known) {
        int most = Math.max(2, key.length() / 3);
        return known.stream()
                .min(Comparator.comparingInt(each -> edits(each, key)))
                .filter(nearest -> edits(nearest, key) <= most);
    }

    /** Levenshtein's distance: insertions, deletions and replacements of one character. */
    private static int edits(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
