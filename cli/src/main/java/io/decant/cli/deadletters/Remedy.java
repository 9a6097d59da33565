package io.decant.cli.deadletters;

/** What can be done with a letter's record. <i>Immutable.</i> */
public sealed interface Remedy {
    /**
     * It can be sent to its topic again.
     *
     * @param partition where it belongs
     * @param note what to know before; empty for nothing
     */
    record Resend(int partition, String note) implements Remedy {}

    /**
     * It must stay where it is.
     *
     * @param reason one sentence: what is still wrong, and what to do
     */
    record Leave(String reason) implements Remedy {}
}
