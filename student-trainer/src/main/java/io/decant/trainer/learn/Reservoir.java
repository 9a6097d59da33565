package io.decant.trainer.learn;

import io.decant.model.random.SplitMix64;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A uniform sample of all that was offered (Vitter, "Random Sampling with a Reservoir", ACM TOMS
 * 1985, algorithm R): number n, from 0, is kept as long as there is room, later it replaces slot j,
 * uniform in [0, n], if there is such a slot. Rows are rehearsed with replacement. Every draw is a
 * function of the seed and a count, so the same samples are remembered and rehearsed live, after a
 * restart and at replay. Memory grows with what is kept. <i>Owned by one student.</i>
 */
final class Reservoir {
    private static final int FEATURES = 0;

    private final int capacity;
    private final int minimum;
    private final int featureBytes;
    private final int rowBytes;
    private final long keepSeed;
    private final long drawSeed;
    private final List<ByteBuffer> rows = new ArrayList<>();
    private long offered;

    /** What is remembered of one sample: views that nobody writes to. */
    record Row(ByteBuffer features, ByteBuffer target) {}

    /**
     * Remembers nothing yet.
     *
     * @param featureBytes bytes of a raw input
     * @param targetBytes bytes of what it teaches
     * @param seed of this reservoir alone
     */
    Reservoir(RehearsalSettings settings, int featureBytes, int targetBytes, long seed) {
        this.featureBytes = featureBytes;
        rowBytes = Math.addExact(featureBytes, targetBytes);
        capacity = settings.rows(rowBytes);
        minimum = Math.min(settings.minimum(), Math.max(1, capacity));
        keepSeed = SplitMix64.at(seed, 0);
        drawSeed = SplitMix64.at(seed, 1);
    }

    /**
     * A sample was learned for the first time.
     *
     * @param features a raw input, from position to limit
     * @param target what it teaches, from position to limit
     */
    void offer(ByteBuffer features, ByteBuffer target) {
        if (capacity == 0) {
            return;
        }
        long slot = rows.size() < capacity ? rows.size() : below(keepSeed, offered, offered + 1);
        offered++;
        if (slot >= capacity) {
            return;
        }
        ByteBuffer row =
                ByteBuffer.allocate(rowBytes)
                        .put(features.duplicate())
                        .put(target.duplicate())
                        .flip();
        if (slot == rows.size()) {
            rows.add(row);
        } else {
            rows.set((int) slot, row);
        }
    }

    /** Uniform in [0, bound), by the upper bits of a 64-bit draw. */
    private static long below(long seed, long index, long bound) {
        return Math.multiplyHigh(SplitMix64.at(seed, index) >>> 1, bound << 1);
    }

    /** Whether enough is remembered to rehearse. */
    boolean isReady() {
        return rows.size() >= minimum;
    }

    /**
     * A remembered sample, each as likely as any other.
     *
     * @param draw number of the draw: the same number gives the same sample as long as nothing was
     *     offered in between
     */
    Row draw(long draw) {
        ByteBuffer row = rows.get((int) below(drawSeed, draw, rows.size()));
        return new Row(
                row.slice(FEATURES, featureBytes).order(ByteOrder.LITTLE_ENDIAN),
                row.slice(featureBytes, rowBytes - featureBytes).order(ByteOrder.LITTLE_ENDIAN));
    }

    /** Raw inputs of the first slots, at most so many. */
    List<ByteBuffer> features(int most) {
        return rows.stream().limit(most).map(row -> row.slice(FEATURES, featureBytes)).toList();
    }

    int size() {
        return rows.size();
    }

    void save(String name, StateWriter state) {
        state.longs(name + ".offered", offered, capacity);
        state.rows(name + ".rows", rows, rowBytes);
    }

    /** Goes on from a state; one without rehearsal, or of another size, begins anew. */
    void restore(String name, LearnerState state) {
        if (capacity == 0 || !state.has(name + ".rows")) {
            return;
        }
        long[] numbers = state.longs(name + ".offered");
        if (numbers[1] != capacity) {
            // What would be added to a larger one would all be of the present.
            return;
        }
        offered = numbers[0];
        for (ByteBuffer row : state.rows(name + ".rows")) {
            rows.add(ByteBuffer.allocate(rowBytes).put(row.duplicate()).flip());
        }
    }

    /** Whether anything is to be saved. */
    boolean isOn() {
        return capacity > 0;
    }
}
