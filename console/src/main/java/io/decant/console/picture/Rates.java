package io.decant.console.picture;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Records a second of each topic, over the last few surveys: writers commit in bursts, so two alone
 * would jump. End offsets count the markers of transactions too, which are few. <i>Owned by its
 * picture.</i>
 */
final class Rates {
    private static final int SURVEYS = 6;

    private final Deque<Survey> last = new ArrayDeque<>();

    void add(Survey survey) {
        last.addLast(survey);
        if (last.size() > SURVEYS) {
            last.removeFirst();
        }
    }

    /** Offsets a second; 0 until there were two surveys. */
    double perSecond(String topic) {
        Survey first = last.getFirst();
        Survey newest = last.getLast();
        long millis = newest.atMillis() - first.atMillis();
        Long from = first.ends().get(topic);
        Long to = newest.ends().get(topic);
        return millis <= 0 || from == null || to == null
                ? 0
                : Math.max(0, to - from) * 1000.0 / millis;
    }
}
