package io.decant.dev;

/**
 * A part of the development stack could not start or stopped working. The message is one sentence
 * for the person who started it: what failed, where, and what to do.
 *
 * <p><em>Immutable.</em>
 */
public final class DevStackException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DevStackException(String message) {
        super(message);
    }

    public DevStackException(String message, Throwable cause) {
        super(message, cause);
    }
}
