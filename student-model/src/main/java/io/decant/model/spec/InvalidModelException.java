package io.decant.model.spec;

/**
 * Something that describes or holds a model (a spec, an archive, a checkpoint, a teacher file) is
 * not usable. The message says what was wrong, where, and what was expected. <i>Immutable.</i>
 */
public final class InvalidModelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidModelException(String message) {
        super(message);
    }

    public InvalidModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
