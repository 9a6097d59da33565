package io.decant.pipeline.record;

import io.decant.serde.RegistryException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Tells a registry in trouble from broken bytes. Other serializers than ours report both with the
 * same exception, and Avro reports broken bytes as an {@code IOException} too. <i>Thread-safe: all
 * methods are pure.</i>
 */
final class RegistryTrouble {
    private static final int SERVER_ERROR = 500;

    private RegistryTrouble() {}

    /** Whether the same bytes may be read later. */
    static boolean explains(SerializationException failure) {
        Throwable cause = failure.getCause();
        return failure instanceof RegistryException
                || cause instanceof RetriableException
                || cause instanceof SocketException
                || cause instanceof UnknownHostException
                || cause instanceof InterruptedIOException
                || cause instanceof SSLException
                || restStatus(cause) >= SERVER_ERROR;
    }

    /**
     * The HTTP status in Confluent's {@code RestClientException}, which is not on our class path; 0
     * for anything else.
     */
    private static int restStatus(Throwable cause) {
        if (cause == null || !cause.getClass().getSimpleName().equals("RestClientException")) {
            return 0;
        }
        try {
            return (int) cause.getClass().getMethod("getStatus").invoke(cause);
        } catch (ReflectiveOperationException | ClassCastException otherClass) {
            return 0;
        }
    }
}
