package io.decant.cli.page;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps a bounded, even sample of something whose length is not known. The rule: every k-th is
 * kept, from the first; when the bound is reached, each second of them is dropped and k doubles.
 * <i>Owned by one thread.</i>
 */
public final class RunningSample<T> {
    private final int limit;
    private List<T> kept = new ArrayList<>();
    private long stride = 1;
    private long seen;

    /**
     * An empty sample.
     *
     * @param limit below which it stays, even and at least 2; at least half as many remain
     */
    public RunningSample(int limit) {
        this.limit = limit;
    }

    /** Whether the next one is to be kept; then it must be given to {@link #keep}. */
    public boolean wantsNext() {
        return seen++ % stride == 0;
    }

    /** Keeps what was wanted. */
    public void keep(T item) {
        kept.add(item);
        if (kept.size() == limit) {
            List<T> half = new ArrayList<>(limit);
            for (int i = 0; i < limit; i += 2) {
                half.add(kept.get(i));
            }
            kept = half;
            stride *= 2;
        }
    }

    /** What is kept, in order. */
    public List<T> items() {
        return List.copyOf(kept);
    }
}
