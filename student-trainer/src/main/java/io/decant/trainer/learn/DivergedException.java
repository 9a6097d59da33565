package io.decant.trainer.learn;

/** The student's weights are no longer finite numbers; the message says what to do. */
public final class DivergedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    public DivergedException(String message) {
        super(message);
    }
}
