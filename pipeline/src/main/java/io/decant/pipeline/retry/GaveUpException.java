package io.decant.pipeline.retry;

/**
 * A bounded retry ended without success. The message says what was tried, how long, and the last
 * reason; the cause is that last failure.
 *
 * <p><em>Immutable.</em>
 */
public final class GaveUpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public GaveUpException(String message, Throwable cause) {
        super(message, cause);
    }
}
