package io.decant.console.order;

/**
 * What an operator asks for on the page. <i>Immutable.</i>
 *
 * @param model name of the model
 * @param version that it is about; 0 where none is needed
 * @param author who orders it
 * @param reason why
 */
public record Wish(String model, Kind kind, long version, String author, String reason) {
    private static final int LONGEST_TEXT = 1000;

    public Wish {
        requireText("model", model);
        requireText("author", author);
        requireText("reason", reason);
        if (kind == null) {
            throw new IllegalArgumentException(
                    "kind must be PROMOTE, ROLLBACK, FOLLOW, PIN or UNPIN");
        }
        if (version < 0) {
            throw new IllegalArgumentException("version must be at least 0, was " + version);
        }
    }

    private static void requireText(String field, String text) {
        if (text == null || text.isBlank() || text.length() > LONGEST_TEXT) {
            throw new IllegalArgumentException(
                    field + " must be a text of at most " + LONGEST_TEXT + " characters");
        }
    }

    /** The orders that there are. */
    public enum Kind {
        /** Serve the version, whatever is live. */
        PROMOTE,
        /** Serve an older version: the one named, or with 0 the one served before. */
        ROLLBACK,
        /** Serve what is live again. */
        FOLLOW,
        /** Keep the version. */
        PIN,
        /** Remove the version's pin. */
        UNPIN
    }
}
