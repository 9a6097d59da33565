package io.decant.trainer.join;

/**
 * A decoded record together with its own bytes. <i>Immutable as long as nobody changes the record;
 * the join never does.</i>
 */
record Arrived<T>(T value, RawRecord raw) {}
