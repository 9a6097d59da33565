package io.decant.teacher.budget;

/** Who is asked when not everybody can be. */
public enum BudgetPolicy {
    /** Every sample. */
    ALL,
    /** A share, by a hash of seed and sample id. */
    RANDOM,
    /** A share: those of each window that the student is least sure of. */
    MARGIN,
    /** As MARGIN; how many follows from how often student and teacher agree. */
    ADAPTIVE
}
