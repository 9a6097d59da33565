package io.decant.follower.registry;

import io.decant.follower.Versions;
import io.decant.follower.Versions.Published;
import io.decant.follower.reload.WeightsReader;
import io.decant.records.CheckpointForm;
import io.decant.records.WeightsChunk;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * A registry in memory, from which feeds read from the beginning. It can be away. <i>Owned by one
 * test.</i>
 */
public final class FakeRegistry {
    public static final int BYTES_PER_EVENT = 100;
    public static final int BYTES_PER_FORM = 1000;

    private final List<Object> log = new ArrayList<>();
    private final Map<Long, List<WeightsChunk>> chunks = new HashMap<>();
    private final List<Long> fetched = new ArrayList<>();
    private boolean away;
    private boolean weightsAway;
    private int opened;
    private int open;
    private int perPoll = Integer.MAX_VALUE;
    private int window = Integer.MAX_VALUE;
    private int farBehind = Integer.MAX_VALUE;
    private String topicId = "registry-1";

    public void away(boolean isAway) {
        away = isAway;
    }

    public void weightsAway(boolean areAway) {
        weightsAway = areAway;
    }

    /** How many records one poll brings. */
    public void perPoll(int records) {
        perPoll = records;
    }

    /** How many records before the end a feed begins, and how many more it reads back at a time. */
    public void window(int records) {
        window = records;
    }

    /** With how many more records before it a feed jumps to a window before the end. */
    public void farBehind(int records) {
        farBehind = records;
    }

    /** The topic is deleted and made again, empty. */
    public void recreate() {
        log.clear();
        topicId += "x";
    }

    public void add(RegistryEvent event) {
        log.add(event);
    }

    public void add(RegistryFeed.Refused refused) {
        log.add(refused);
    }

    /** Chunks, manifest and alias of a version, as a trainer commits them. */
    public void publish(Published version) {
        long number = version.manifest().getVersion();
        publishOnly(version);
        add(new RegistryEvent.LiveSet(number, number));
    }

    /** Chunks and manifest. */
    public void publishOnly(Published version) {
        chunks.put(version.manifest().getVersion() * 10, version.chunks());
        version.delta()
                .ifPresent(
                        chunk ->
                                chunks.put(
                                        Versions.deltaOffset(chunk.getVersion()), List.of(chunk)));
        add(new RegistryEvent.VersionPublished(version.record()));
    }

    public int opened() {
        return opened;
    }

    public int open() {
        return open;
    }

    /** First offsets of the ranges that were read, in order. */
    public List<Long> fetched() {
        return fetched;
    }

    /** A feed from the beginning. */
    public RegistryFeed feed() {
        opened++;
        if (away) {
            throw new KafkaException("the broker is away");
        }
        open++;
        return new Feed();
    }

    /** Reads ranges. */
    public WeightsReader weights() {
        open++;
        return new Weights();
    }

    private final class Feed implements RegistryFeed {
        private int next = Math.max(0, log.size() - window);
        private int from = next;

        @Override
        public Batch poll(Duration atMost) {
            if (away) {
                throw new KafkaException("the broker is away");
            }
            int start = next;
            next = Math.min(log.size(), start + Math.min(perPoll, log.size()));
            Batch read = batch(start, next, next == log.size());
            if (log.size() - next <= farBehind) {
                return read;
            }
            next = log.size() - window;
            from = next;
            return new Batch(read.changes(), read.refused(), read.bytes(), false, true);
        }

        @Override
        public Batch older() {
            int to = from;
            from = Math.max(0, to - window);
            Batch batch = batch(from, to, false);
            List<Change> newestFirst = new ArrayList<>(batch.changes());
            Collections.reverse(newestFirst);
            return new Batch(newestFirst, batch.refused(), batch.bytes(), false, false);
        }

        private Batch batch(int start, int end, boolean caughtUp) {
            List<Change> changes = new ArrayList<>();
            List<Refused> refused = new ArrayList<>();
            for (int i = start; i < end; i++) {
                if (log.get(i) instanceof RegistryEvent event) {
                    changes.add(new Change(event, origin(i)));
                } else if (log.get(i) instanceof Refused bad) {
                    refused.add(bad);
                }
            }
            return new Batch(
                    changes, refused, (long) (end - start) * BYTES_PER_EVENT, caughtUp, false);
        }

        private ConsumerRecord<byte[], byte[]> origin(int offset) {
            byte[] key = (Versions.MODEL + "/key").getBytes(StandardCharsets.UTF_8);
            return new ConsumerRecord<>("registry", 0, offset, key, new byte[1]);
        }

        @Override
        public boolean whole() {
            return from == 0;
        }

        @Override
        public String topicId() {
            return topicId;
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
