package io.decant.it.crash;

/** What a crash test kills. <i>Immutable.</i> */
enum Victim {
    TEACHER,
    JOINER,
    /** The trainer that leads. */
    TRAINER,
    GATEWAY,
    BROKER;

    String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
