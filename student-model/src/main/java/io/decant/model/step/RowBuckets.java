package io.decant.model.step;

/**
 * Row counts that a step in bf16 is computed with: libtorch builds a kernel for every new shape,
 * which takes longer than many steps. Part of what fixes the bits: another table gives others.
 * <i>Thread-safe: all methods are pure.</i>
 */
final class RowBuckets {
    private static final int SMALLEST = 16;

    private RowBuckets() {}

    /**
     * The smallest of 16, 24, 32, 48, 64, 96 … that holds so many rows.
     *
     * @param rows at least 1
     */
    static int of(int rows) {
        int power = Math.max(SMALLEST, Integer.highestOneBit(rows));
        if (rows <= power) {
            return power;
        }
        int between = power / 2 * 3;
        return rows <= between ? between : power * 2;
    }
}
