package io.decant.serde;

import org.apache.kafka.common.errors.SerializationException;

/** The schema registry could not be asked, or refused. Trying again may help. <i>Immutable.</i> */
public final class RegistryException extends SerializationException {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final int errorCode;

    RegistryException(int status, int errorCode, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
        this.errorCode = errorCode;
    }

    RegistryException(String message, Throwable cause) {
        this(0, 0, message, cause);
    }

    /** HTTP status of the answer; 0 when there was none. */
    public int status() {
        return status;
    }

    /**
     * Whether a registry itself says that it has no such subject, version or schema. A 404 without
     * a registry's error code comes from some other server, and says nothing about schemas.
     */
    public boolean saysNotFound() {
        return status == 404 && errorCode / 100 == 404;
    }
}
