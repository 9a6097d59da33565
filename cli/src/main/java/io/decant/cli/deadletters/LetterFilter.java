package io.decant.cli.deadletters;

import io.decant.records.DeadLetter;
import io.decant.records.DeadLetterReason;
import java.time.Instant;
import java.util.Optional;

/**
 * Which letters a command is about; what is empty does not matter. Pure. <i>Immutable.</i>
 *
 * @param topic full name of the topic that the refused record came from
 * @param since letters that were written at this time or later
 */
public record LetterFilter(
        Optional<DeadLetterReason> reason,
        Optional<String> stage,
        Optional<String> topic,
        Optional<Instant> since) {
    /** Every letter. */
    public static final LetterFilter ALL =
            new LetterFilter(
                    Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Whether a letter is one of them. */
    public boolean matches(DeadLetter letter) {
        return reason.map(letter.getReason()::equals).orElse(true)
                && stage.map(letter.getStage()::equals).orElse(true)
                && topic.map(letter.getTopic()::equals).orElse(true)
                && since.map(time -> letter.getAtMillis() >= time.toEpochMilli()).orElse(true);
    }
}
