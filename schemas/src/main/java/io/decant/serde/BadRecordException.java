package io.decant.serde;

import io.decant.records.DeadLetterReason;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Bytes that will never become a record: they belong into the dead-letter topic. <i>Immutable.</i>
 */
public final class BadRecordException extends SerializationException {
    private static final long serialVersionUID = 1L;
    private final DeadLetterReason reason;

    public BadRecordException(DeadLetterReason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public DeadLetterReason reason() {
        return reason;
    }
}
