package io.decant.trainer.audit;

/** What lineage says of one journal record. <i>Immutable.</i> */
public sealed interface Placement {
    /** A version took the record in. */
    record InVersion(long version) implements Placement {}

    /** The record was appended after the newest version; it will be taken in. */
    record NotYet() implements Placement {}

    /** The record is older than where the model began to read. */
    record BeforeTheModel() implements Placement {}

    /**
     * The record was thought lost, and an operator let the model go on without it.
     *
     * @param version that begins behind the gap
     */
    record InGap(long version) implements Placement {}

    /** The lineage that would tell is gone. */
    record Unknown() implements Placement {}
}
