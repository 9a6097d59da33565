package io.decant.trainer.journal;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * Where a new model begins to read the journal. <i>Immutable.</i>
 *
 * @param from {@link From#TIME} comes with a time
 * @param time records appended from then on
 */
public record JournalStart(From from, Optional<Instant> time) {
    /** The three ways to say it. */
    public enum From {
        /** At the oldest record that the journal has. */
        EARLIEST,
        /** At records that are written from now on. */
        LATEST,
        /** At the first record of a time. */
        TIME
    }

    /**
     * Reads {@code earliest}, {@code latest} or a time such as {@code 2026-11-22T08:00:00Z}.
     *
     * @throws IllegalArgumentException when it is none of them
     */
    public static JournalStart parse(String text) {
        if (text.equals("earliest")) {
            return new JournalStart(From.EARLIEST, Optional.empty());
        } else if (text.equals("latest")) {
            return new JournalStart(From.LATEST, Optional.empty());
        }
        try {
            return new JournalStart(From.TIME, Optional.of(Instant.parse(text)));
        } catch (DateTimeException malformed) {
            throw new IllegalArgumentException(
                    "journal.start must be earliest, latest or a time such as 2026-11-22T08:00:00Z, was '"
                            + text
                            + "'",
                    malformed);
        }
    }
}
