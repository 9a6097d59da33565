package io.decant.cli.deadletters;

/**
 * Where a letter lies in the dead-letter topic, written {@code partition@offset}. <i>Immutable.</i>
 */
public record LetterId(int partition, long offset) implements Comparable<LetterId> {
    /**
     * Reads {@code partition@offset}.
     *
     * @throws IllegalArgumentException when it is something else
     */
    public static LetterId parse(String text) {
        if (!text.matches("\\d{1,4}@\\d{1,18}")) {
            throw new IllegalArgumentException(
                    "a letter is named PARTITION@OFFSET, such as 2@15, was '" + text + "'");
        }
        int at = text.indexOf('@');
        return new LetterId(
                Integer.parseInt(text.substring(0, at)), Long.parseLong(text.substring(at + 1)));
    }

    @Override
    public int compareTo(LetterId other) {
        return partition == other.partition
                ? Long.compare(offset, other.offset)
                : Integer.compare(partition, other.partition);
    }

    @Override
    public String toString() {
        return partition + "@" + offset;
    }
}
