package io.decant.cli.doctor;

/**
 * What one look came to. <i>Immutable.</i>
 *
 * @param about what was looked at: brokers, topics, groups and so on
 * @param sentence what is so; for trouble, with what to do
 */
public record Finding(Grade grade, String about, String sentence) {
    /** How grave it is. */
    public enum Grade {
        /** As it should be. */
        OK,
        /** Works, and an operator should know. */
        NOTE,
        /** Does not work, or will not for long. */
        TROUBLE
    }

    public static Finding ok(String about, String sentence) {
        return new Finding(Grade.OK, about, sentence);
    }

    public static Finding note(String about, String sentence) {
        return new Finding(Grade.NOTE, about, sentence);
    }

    public static Finding trouble(String about, String sentence) {
        return new Finding(Grade.TROUBLE, about, sentence);
    }
}
