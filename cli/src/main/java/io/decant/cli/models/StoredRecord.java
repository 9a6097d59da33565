package io.decant.cli.models;

import io.decant.topics.Topic;
import java.nio.charset.StandardCharsets;

/**
 * A record as it came from a topic, and what it says: a signature is over its bytes. Compares by
 * identity. <i>Immutable, as long as nobody writes to the bytes.</i>
 */
public final class StoredRecord<T> {
    private final Topic topic;
    private final String key;
    private final long offset;
    private final byte[] wire;
    private final T value;

    StoredRecord(Topic topic, String key, long offset, byte[] wire, T value) {
        this.topic = topic;
        this.key = key;
        this.offset = offset;
        this.wire = wire;
        this.value = value;
    }

    String key() {
        return key;
    }

    Topic topic() {
        return topic;
    }

    byte[] keyBytes() {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    long offset() {
        return offset;
    }

    /** In Confluent's wire format. */
    byte[] wire() {
        return wire;
    }

    public T value() {
        return value;
    }
}
