package io.decant.gateway.registry;

import io.decant.gateway.Versions.Published;
import io.decant.gateway.reload.WeightsReader;
import io.decant.records.CheckpointForm;
import io.decant.records.WeightsChunk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;

/**
 * A registry in memory, from which feeds read from the beginning. It can be away. <i>Owned by one
 * test.</i>
 */
final class FakeRegistry {
    static final int BYTES_PER_EVENT = 100;
    static final int BYTES_PER_FORM = 1000;

    private final List<Object> log = new ArrayList<>();
    private final Map<Long, List<WeightsChunk>> chunks = new HashMap<>();
    private final List<Long> fetched = new ArrayList<>();
    private boolean away;
    private boolean weightsAway;
    private int opened;
    private int open;
    private int perPoll = Integer.MAX_VALUE;

    void away(boolean isAway) {
        away = isAway;
    }

    void weightsAway(boolean areAway) {
        weightsAway = areAway;
    }

    /** How many records one poll brings. */
    void perPoll(int records) {
        perPoll = records;
    }

    void add(RegistryEvent event) {
        log.add(event);
    }

    void add(RegistryFeed.Refused refused) {
        log.add(refused);
    }

    /** Chunks, manifest and alias of a version, as a trainer commits them. */
    void publish(Published version) {
        long number = version.manifest().getVersion();
        chunks.put(version.form().getChunks().getFrom(), version.chunks());
        add(new RegistryEvent.VersionPublished(version.manifest()));
        add(new RegistryEvent.LiveSet(number, number));
    }

    int opened() {
        return opened;
    }

    int open() {
        return open;
    }

    /** First offsets of the ranges that were read, in order. */
    List<Long> fetched() {
        return fetched;
    }

    /** A feed from the beginning. */
    RegistryFeed feed() {
        opened++;
        if (away) {
            throw new KafkaException("the broker is away");
        }
        open++;
        return new Feed();
    }

    /** Reads ranges. */
    WeightsReader weights() {
        open++;
        return new Weights();
    }

    private final class Feed implements RegistryFeed {
        private int next;

        @Override
        public Batch poll(Duration atMost) {
            if (away) {
                throw new KafkaException("the broker is away");
            }
            List<RegistryEvent> events = new ArrayList<>();
            List<Refused> refused = new ArrayList<>();
            int from = next;
            for (; next < log.size() && next - from < perPoll; next++) {
                if (log.get(next) instanceof RegistryEvent event) {
                    events.add(event);
                } else if (log.get(next) instanceof Refused bad) {
                    refused.add(bad);
                }
            }
            return new Batch(
                    events, refused, (long) (next - from) * BYTES_PER_EVENT, next == log.size());
        }

        @Override
        public void close() {
            open--;
        }
    }

    private final class Weights implements WeightsReader {
        @Override
        public Read read(String model, CheckpointForm form) {
            if (weightsAway) {
                throw new KafkaException("the broker of model-weights is away");
            }
            long from = form.getChunks().getFrom();
            fetched.add(from);
            return new Read(chunks.getOrDefault(from, List.of()), List.of(), BYTES_PER_FORM);
        }

        @Override
        public void close() {
            open--;
        }
    }
}
