package io.decant.cli.page;

import java.util.ArrayList;
import java.util.List;

/**
 * Bounds what a page holds. The rule: every k-th is kept, from the first, with the smallest k that
 * is enough; the last is kept always. <i>Thread-safe: all methods are pure.</i>
 */
public final class Thinning {
    private Thinning() {}

    /**
     * At most {@code limit} of the items, in order.
     *
     * @param limit at least 2
     */
    public static <T> List<T> everyKth(List<T> items, int limit) {
        if (items.size() <= limit) {
            return List.copyOf(items);
        }
        // One place is the last item's.
        int step = (items.size() - 1 + limit - 2) / (limit - 1);
        List<T> kept = new ArrayList<>();
        for (int i = 0; i < items.size() - 1; i += step) {
            kept.add(items.get(i));
        }
        kept.add(items.get(items.size() - 1));
        return kept;
    }
}
