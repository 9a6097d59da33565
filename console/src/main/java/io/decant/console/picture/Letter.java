package io.decant.console.picture;

/**
 * A dead letter with what could be read of the record that was refused.
 *
 * @param topic without the installation's prefix
 * @param key of the refused record, as text or as the beginning of its bytes
 * @param value the refused record decoded, as JSON, or the beginning of its bytes; cut
 * @param at when it was refused, milliseconds since 1970-01-01T00:00Z
 */
public record Letter(
        String stage,
        String reason,
        String detail,
        String topic,
        int partition,
        long offset,
        String key,
        String value,
        long at) {
    /** Characters of a value that are kept. */
    public static final int MOST_CHARACTERS = 1500;

    public Letter {
        detail = Rows.cut(detail);
        key = Rows.cut(key);
        value =
                value.length() <= MOST_CHARACTERS
                        ? value
                        : value.substring(0, MOST_CHARACTERS) + "…";
    }
}
