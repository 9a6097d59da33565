package io.decant.trainer.export;

/**
 * A journal cannot be exported, or an export cannot be used; the message says why in a sentence.
 */
public final class ExportException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ExportException(String message) {
        super(message);
    }

    public ExportException(String message, Throwable cause) {
        super(message, cause);
    }
}
