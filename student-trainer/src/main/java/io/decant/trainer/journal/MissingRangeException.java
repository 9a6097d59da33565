package io.decant.trainer.journal;

/**
 * A stretch of the journal is gone, so what was learned from it cannot be learned again. The
 * message names the stretch.
 */
public final class MissingRangeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MissingRangeException(String message) {
        super(message);
    }
}
