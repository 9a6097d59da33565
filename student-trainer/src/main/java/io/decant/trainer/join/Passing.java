package io.decant.trainer.join;

import io.decant.pipeline.retry.GaveUpException;
import io.decant.serde.RegistryException;
import java.io.IOException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Tells failures that may pass by themselves from bugs. <i>Thread-safe: all methods are pure.</i>
 */
final class Passing {
    private static final int SERVER_ERROR = 500;

    private Passing() {}

    /** Whether trying again may help: somewhere in the chain of causes the surroundings failed. */
    static boolean mayPass(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RegistryException registry) {
                return registry.status() == 0 || registry.status() >= SERVER_ERROR;
            }
            if (cause instanceof RetriableException || cause instanceof IOException) {
                return true;
            }
        }
        return false;
    }

    /** Whether the schema registry failed in a way that may pass. */
    static boolean registryMayPass(Throwable failure) {
        return failure instanceof SerializationException && mayPass(failure);
    }

    /** The failure under the wrappers that Kafka Streams and retries put around it. */
    static Throwable innermost(Throwable failure) {
        Throwable innermost = failure;
        while (innermost.getCause() != null
                && (innermost instanceof org.apache.kafka.streams.errors.StreamsException
                        || innermost instanceof GaveUpException)) {
            innermost = innermost.getCause();
        }
        return innermost;
    }
}
