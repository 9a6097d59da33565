package io.decant.cli.scenario;

/**
 * An event of a service, by the place in the stream at which it was noticed. <i>Immutable.</i>
 *
 * @param position of the last sample that had been read, from 0; {@link #NOWHERE} when the event
 *     names none
 */
record Noticed(String kind, String signal, double size, int position) {
    static final String DRIFT = "drift";
    static final String TRUST_ALARM = "trust-alarm";

    /** An event that names no record. */
    static final int NOWHERE = -1;
}
