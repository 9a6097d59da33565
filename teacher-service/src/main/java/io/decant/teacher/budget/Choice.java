package io.decant.teacher.budget;

import java.util.Locale;

/** What becomes of a sample that the teacher could be asked about. */
public enum Choice {
    /** It is asked about. */
    ASK(""),
    /** It is asked about, and was chosen by nothing but chance. */
    MONITOR(""),
    OVER_BUDGET("budget: it is not among the share of samples that are asked about"),
    OVER_RATE("budget: the calls a second are used up"),
    TOO_SLOW("slow: the oldest unanswered sample has waited too long, so less is asked"),
    NO_TEACHER("no teacher: the followed model has no version yet"),
    /** The one choice that leaves no record: nobody waits for an answer. */
    NOT_TAKEN("source: it is not among the share of samples that are taken");

    private final String reason;

    Choice(String reason) {
        this.reason = reason;
    }

    public boolean asks() {
        return this == ASK || this == MONITOR;
    }

    /** Why it is skipped, for its record; empty when it is not. */
    public String reason() {
        return reason;
    }

    /** The name in metrics, such as {@code over_budget}. */
    public String metric() {
        return name().toLowerCase(Locale.ROOT);
    }
}
