package io.decant.cli.sweep;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one trial came to: a line of the sweep's file. <i>Immutable.</i>
 *
 * @param settings that were tried, key to value
 * @param prequential accuracy of the student, in [0, 1]; null when nothing was scored or it failed
 * @param shadow prequential accuracy of the shadow, in [0, 1]; null without one
 * @param holdout accuracy of the published weights on the test files, in [0, 1]; null when none
 *     were given. No trial is chosen by it
 * @param records journal records taken in
 * @param seconds that it took
 * @param failure why it has no score; null when it has one
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record TrialResult(
        Map<String, String> settings,
        Double prequential,
        Double shadow,
        Double holdout,
        long records,
        double seconds,
        String failure) {
    /** Best first, failures last. */
    static final Comparator<TrialResult> BEST_FIRST =
            Comparator.comparing(
                    TrialResult::prequential, Comparator.nullsLast(Comparator.reverseOrder()));

    TrialResult {
        settings = Map.copyOf(settings);
    }

    static TrialResult failed(Map<String, String> settings, double seconds, String failure) {
        return new TrialResult(settings, null, null, null, 0, seconds, failure);
    }

    /** {@code key=value} with spaces between. */
    String shown() {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(settings)
                .forEach((key, value) -> text.append(' ').append(key).append('=').append(value));
        return text.toString().strip();
    }
}
