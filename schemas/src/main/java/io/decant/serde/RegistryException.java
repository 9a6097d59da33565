package io.decant.serde;

import org.apache.kafka.common.errors.SerializationException;

/** The schema registry could not be asked, or refused. Trying again may help. <i>Immutable.</i> */
public final class RegistryException extends SerializationException {
    private static final long serialVersionUID = 1L;
    private final int status;

    RegistryException(int status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /** HTTP status of the answer; 0 when there was none. */
    public int status() {
        return status;
    }
}
