package io.decant.trainer;

/** What the student is trained on. <i>Immutable.</i> */
public enum Device {
    /** The processor: the only device that training runs on in this release. */
    AUTO,
    /** The processor. */
    CPU
}
