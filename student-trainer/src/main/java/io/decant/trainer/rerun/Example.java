package io.decant.trainer.rerun;

import java.util.OptionalInt;

/**
 * A sample that models are compared on. <i>Immutable, as long as nobody writes to the array.</i>
 *
 * @param input raw bytes, as the models' input specification reads them
 * @param label class; empty when it is not known
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier: never compared.
public record Example(byte[] input, OptionalInt label) {}
