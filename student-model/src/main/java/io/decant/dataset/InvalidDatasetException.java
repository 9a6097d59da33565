package io.decant.dataset;

/**
 * A dataset's files are missing or not what they should be. The message names the file.
 * <i>Immutable.</i>
 */
public final class InvalidDatasetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidDatasetException(String message) {
        super(message);
    }

    public InvalidDatasetException(String message, Throwable cause) {
        super(message, cause);
    }
}
