package io.decant.pipeline.kafka;

import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/**
 * Watches every send of one producer: pass it as the callback, and {@link #check} throws the first
 * failure. A send that nobody looks at can be lost silently. <i>Thread-safe.</i>
 */
public final class Sends implements Callback {
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    @Override
    public void onCompletion(RecordMetadata metadata, Exception exception) {
        if (exception != null) {
            failure.compareAndSet(null, exception);
        }
    }

    /** Throws if any send so far has failed. */
    public void check() {
        Exception failed = failure.get();
        if (failed != null) {
            throw failed instanceof KafkaException known
                    ? known
                    : new KafkaException("a record could not be sent", failed);
        }
    }

    /** Forgets failures; for a new transaction after an abort. */
    public void reset() {
        failure.set(null);
    }
}
