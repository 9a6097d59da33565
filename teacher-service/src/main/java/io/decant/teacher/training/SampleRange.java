package io.decant.teacher.training;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Samples [from, to) of a dataset's training files, in file order. <i>Immutable.</i>
 *
 * @param from first sample, 0 or more
 * @param to first sample after the range, above from
 */
public record SampleRange(int from, int to) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,9}):(\\d{1,9})");

    public SampleRange {
        if (from < 0 || to <= from) {
            throw new IllegalArgumentException(
                    "a range must be A:B with 0 <= A < B, was " + from + ":" + to);
        }
    }

    /** Reads {@code A:B}. */
    public static SampleRange parse(String text) {
        Matcher numbers = TEXT.matcher(text);
        if (!numbers.matches()) {
            throw new IllegalArgumentException(
                    "a range must be A:B with whole numbers, for example 0:30000, was '"
                            + text
                            + "'");
        }
        return new SampleRange(
                Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)));
    }

    /** The first half of so many samples: the other half is left for a stream. */
    public static SampleRange firstHalf(int samples) {
        return new SampleRange(0, Math.max(1, samples / 2));
    }

    /** This range, if it lies within so many samples. */
    public SampleRange within(int samples) {
        if (to > samples) {
            throw new IllegalArgumentException(
                    "the range "
                            + this
                            + " must lie within the "
                            + samples
                            + " training samples of the dataset");
        }
        return this;
    }

    /** {@code A:B}. */
    @Override
    public String toString() {
        return from + ":" + to;
    }
}
