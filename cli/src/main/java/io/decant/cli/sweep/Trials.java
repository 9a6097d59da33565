package io.decant.cli.sweep;

import io.decant.model.random.SplitMix64;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which settings are tried: all combinations, or a number of them drawn at random, which finds good
 * ones sooner when few of the settings matter (Bergstra and Bengio, "Random Search for
 * Hyper-Parameter Optimization", JMLR 2012). <i>Thread-safe: all methods are pure.</i>
 */
final class Trials {
    /** Most trials of a sweep: beyond it somebody has mistyped. */
    static final int MOST = 10_000;

    private Trials() {}

    /**
     * All combinations; the last setting varies fastest.
     *
     * @throws IllegalArgumentException when a setting has a range, or there are too many
     */
    static List<Map<String, String>> grid(List<Varied> varied) {
        List<Map<String, String>> trials = new ArrayList<>(List.of(Map.of()));
        for (Varied one : varied) {
            if (one.all().isEmpty()) {
                throw new IllegalArgumentException(
                        "--vary "
                                + one.key()
                                + " has a range, which no grid can cover; list its values, or draw some with --random N");
            }
            List<Map<String, String>> more = new ArrayList<>();
            for (Map<String, String> trial : trials) {
                for (String value : one.all()) {
                    Map<String, String> longer = new LinkedHashMap<>(trial);
                    longer.put(one.key(), value);
                    more.add(longer);
                }
            }
            if (more.size() > MOST) {
                throw new IllegalArgumentException(
                        "the grid has more than " + MOST + " points; draw some with --random N");
            }
            trials = more;
        }
        return trials;
    }

    /**
     * Combinations drawn independently; one that was drawn before is left out, so there may be
     * fewer.
     *
     * @param count 1 to {@value #MOST}
     */
    static List<Map<String, String>> random(List<Varied> varied, int count, long seed) {
        if (count < 1 || count > MOST) {
            throw new IllegalArgumentException("--random must be 1 to " + MOST + ", was " + count);
        }
        Set<Map<String, String>> known = new HashSet<>();
        List<Map<String, String>> trials = new ArrayList<>();
        long draw = 0;
        for (int i = 0; i < count; i++) {
            Map<String, String> trial = new LinkedHashMap<>();
            for (Varied one : varied) {
                trial.put(one.key(), one.at(SplitMix64.unit(seed, draw++)));
            }
            if (known.add(trial)) {
                trials.add(trial);
            }
        }
        return trials;
    }
}
