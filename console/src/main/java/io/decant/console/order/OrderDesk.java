package io.decant.console.order;

/** Takes wishes and writes signed orders. Called by one thread at a time. */
@FunctionalInterface
public interface OrderDesk {
    /** What became of a wish. */
    sealed interface Answer {
        /**
         * The order is in the control topic.
         *
         * @param text what it does, sentences
         */
        record Written(String text) implements Answer {}

        /**
         * Nothing was written.
         *
         * @param reason one sentence
         */
        record Refused(String reason) implements Answer {}
    }

    /** Checks and writes; returns when the order stands. */
    Answer give(Wish wish) throws InterruptedException;
}
