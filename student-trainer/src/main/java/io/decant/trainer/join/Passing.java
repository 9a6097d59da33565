package io.decant.trainer.join;

import io.decant.pipeline.retry.GaveUpException;
import io.decant.pipeline.retry.Outage;
import org.apache.kafka.common.errors.SerializationException;

/** Looks into failures for what may pass by itself. <i>Thread-safe: all methods are pure.</i> */
final class Passing {
    private Passing() {}

    /** Whether the schema registry failed in a way that may pass. */
    static boolean registryMayPass(Throwable failure) {
        return failure instanceof SerializationException && Outage.explains(failure);
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
