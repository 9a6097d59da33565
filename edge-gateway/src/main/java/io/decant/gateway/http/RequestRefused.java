package io.decant.gateway.http;

/**
 * A request that gets an error as its answer. An exception and not a value, because it ends the
 * reading of a request from deep inside nested arrays; it never leaves this package.
 * <i>Immutable.</i>
 */
final class RequestRefused extends Exception {
    private static final long serialVersionUID = 1L;
    private final int status;

    RequestRefused(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    static RequestRefused badInput(String message) {
        return new RequestRefused(400, message);
    }

    /** HTTP status of the answer. */
    int status() {
        return status;
    }
}
