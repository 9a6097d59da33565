package io.decant.trainer.learn;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The share of hits among scored predictions in three memories: everything; the last {@value
 * #SLIDING}; and fading, where each older score weighs {@value #FADING} times the next (Gama,
 * Sebastião and Rodrigues, "On evaluating stream learning algorithms", 2013). <i>Owned by the
 * evaluator.</i>
 */
final class AccuracyWindow {
    static final int SLIDING = 1000;
    static final double FADING = 0.999;

    private final byte[] recent = new byte[SLIDING];
    private int recentHits;
    private long hits;
    private long scored;
    private double fadingHits;
    private double fadingCount;

    void score(boolean hit) {
        int slot = (int) (scored % SLIDING);
        int value = hit ? 1 : 0;
        recentHits += value - recent[slot];
        recent[slot] = (byte) value;
        hits += value;
        scored++;
        fadingHits = value + FADING * fadingHits;
        fadingCount = 1 + FADING * fadingCount;
    }

    Accuracy accuracy() {
        if (scored == 0) {
            return Accuracy.NONE;
        }
        return new Accuracy(
                scored,
                OptionalDouble.of((double) hits / scored),
                OptionalDouble.of((double) recentHits / Math.min(scored, SLIDING)),
                OptionalDouble.of(fadingHits / fadingCount));
    }

    void save(String name, StateWriter state) {
        state.longs(
                name,
                hits,
                scored,
                Double.doubleToRawLongBits(fadingHits),
                Double.doubleToRawLongBits(fadingCount));
        state.rows(name + ".recent", List.of(ByteBuffer.wrap(recent)), SLIDING);
    }

    static AccuracyWindow restore(String name, LearnerState state) {
        AccuracyWindow window = new AccuracyWindow();
        long[] numbers = state.longs(name);
        window.hits = numbers[0];
        window.scored = numbers[1];
        window.fadingHits = Double.longBitsToDouble(numbers[2]);
        window.fadingCount = Double.longBitsToDouble(numbers[3]);
        state.rows(name + ".recent").get(0).get(window.recent);
        for (byte hit : window.recent) {
            window.recentHits += hit;
        }
        return window;
    }
}
