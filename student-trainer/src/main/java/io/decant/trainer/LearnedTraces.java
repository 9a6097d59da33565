package io.decant.trainer;

import io.decant.pipeline.trace.Traces;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * Traced journal records until the version that learned them is committed; the collector then hears
 * which one that was. Of each version so many are told at most. <i>Owned by the tenure's
 * thread.</i>
 */
final class LearnedTraces implements AutoCloseable {
    private static final int MOST_A_VERSION = 1_000;
    private static final AttributeKey<String> MODEL = AttributeKey.stringKey("decant.model");
    private static final AttributeKey<Long> VERSION = AttributeKey.longKey("decant.version");

    private record Learned(Headers headers, long timestampMillis) {}

    private final String model;
    private final Traces traces;
    private final Map<Long, List<Learned>> ended = new HashMap<>();
    private List<Learned> open = new ArrayList<>();

    /** The traces are this object's from now on. */
    LearnedTraces(String model, Traces traces) {
        this.model = model;
        this.traces = traces;
    }

    /** A record was taken in. */
    void took(ConsumerRecord<byte[], byte[]> record) {
        if (Traces.isTraced(record.headers()) && open.size() < MOST_A_VERSION) {
            open.add(new Learned(record.headers(), record.timestamp()));
        }
    }

    /** What was taken in since the version before belongs to this one. */
    void ended(long version) {
        if (!open.isEmpty()) {
            ended.put(version, open);
            open = new ArrayList<>();
        }
    }

    /** A version is committed. */
    void committed(long version, Instant at) {
        List<Learned> learned = ended.remove(version);
        if (learned != null) {
            Attributes facts = Attributes.of(MODEL, model, VERSION, version);
            learned.forEach(
                    one ->
                            traces.next(
                                    one.headers(),
                                    "trainer.learn",
                                    one.timestampMillis(),
                                    at,
                                    facts));
        }
    }

    @Override
    public void close() {
        traces.close();
    }
}
