package io.decant.pipeline.sign;

/**
 * A key file cannot be used. The message says which, why, and what was expected. <i>Immutable.</i>
 */
public final class KeyFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KeyFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
