package io.decant.cli;

/**
 * A command could not do its work; the message is for the user, one clear sentence.
 * <i>Immutable.</i>
 */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CommandFailure(String message) {
        super(message);
    }

    public CommandFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
