package io.decant.cli.topics;

import java.time.DateTimeException;
import java.time.Instant;

/** Where showing a topic's records begins. <i>Immutable.</i> */
public sealed interface TailStart {
    /** With the newest records that there are. */
    record Newest() implements TailStart {}

    /** With the oldest record that there is. */
    record Earliest() implements TailStart {}

    /** With records that are written from now on. */
    record Latest() implements TailStart {}

    /** With an offset of each partition that is shown. */
    record At(long offset) implements TailStart {}

    /** With the first record of a time. */
    record Since(Instant time) implements TailStart {}

    /**
     * Reads {@code earliest}, {@code latest}, an offset, or a time such as {@code
     * 2026-11-22T08:00:00Z}.
     *
     * @throws IllegalArgumentException when it is none of them
     */
    static TailStart parse(String text) {
        if (text.equals("earliest")) {
            return new Earliest();
        } else if (text.equals("latest")) {
            return new Latest();
        } else if (text.matches("\\d{1,18}")) {
            return new At(Long.parseLong(text));
        }
        try {
            return new Since(Instant.parse(text));
        } catch (DateTimeException malformed) {
            throw new IllegalArgumentException(
                    "--from must be earliest, latest, an offset or a time such as 2026-11-22T08:00:00Z, was '"
                            + text
                            + "'",
                    malformed);
        }
    }
}
