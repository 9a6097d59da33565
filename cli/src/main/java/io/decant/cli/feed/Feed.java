package io.decant.cli.feed;

import io.decant.pipeline.source.SampleMapping;
import io.decant.pipeline.source.SourceRecord;
import io.decant.records.Label;
import io.decant.records.Sample;
import io.decant.serde.BadRecordException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.common.KafkaException;

/**
 * Sends rows as samples and labels. A feed that ends early has still confirmed all that it sent, as
 * far as the broker lets it, and knows the first row that must be sent again. <i>Owned by one
 * thread.</i>
 */
public final class Feed {
    private final FeedPlan plan;
    private final FeedRows rows;
    private final SampleMapping mapping;
    private final SampleProducer producer;
    private final InstantSource clock;
    private final Listener listener;
    private final Pace pace;
    private final OpenRows open = new OpenRows();
    private final Deque<Waiting> labels = new ArrayDeque<>();
    private final AtomicLong samplesConfirmed = new AtomicLong();
    private final AtomicLong labelsConfirmed = new AtomicLong();
    private long next;
    private long fed;
    private long skipped;

    /** A label whose time has not come. */
    private record Waiting(long row, Label label, long dueAfter) {}

    /** Hears how the feed goes, on the feeding thread. */
    public interface Listener {
        /** Rows so far that were sent, whether confirmed or not. */
        void fed(long samples);

        /** A bad row was left out. */
        void skipped(String where, String reason);
    }

    /**
     * What a feed came to.
     *
     * @param samples confirmed
     * @param labels confirmed
     * @param skipped bad rows left out
     * @param next the first row that is not wholly in Kafka
     * @param stopped why the feed ended before the rows did
     */
    public record Result(
            long samples, long labels, long skipped, long next, Optional<String> stopped) {}

    public Feed(
            FeedPlan plan,
            FeedRows rows,
            SampleMapping mapping,
            SampleProducer producer,
            InstantSource clock,
            Listener listener) {
        this.plan = plan;
        this.rows = rows;
        this.mapping = mapping;
        this.producer = producer;
        this.clock = clock;
        this.listener = listener;
        pace = new Pace(plan.rate());
        next = plan.firstIndex();
    }

    /** Feeds to the end of the rows, or to the first thing that cannot be passed. */
    public Result run() {
        Optional<String> stopped;
        try {
            stopped = feed();
            sendLabels(0);
            producer.flush();
        } catch (KafkaException broken) {
            stopped = Optional.of("a record could not be sent: " + broken.getMessage());
        }
        return new Result(
                samplesConfirmed.get(),
                labelsConfirmed.get(),
                skipped,
                open.first().orElse(next),
                stopped);
    }

    private Optional<String> feed() {
        while (fed < plan.most()) {
            Optional<FeedRow> row;
            try {
                row = rows.next();
            } catch (IOException unreadable) {
                return Optional.of(unreadable.getMessage());
            }
            if (row.isEmpty()) {
                return Optional.empty();
            }
            if (next >= plan.from()) {
                Optional<String> bad = take(row.get());
                if (bad.isPresent()) {
                    return bad;
                }
            }
            next++;
        }
        return Optional.empty();
    }

    /** Sends a row; returns why the feed must stop, if it must. */
    private Optional<String> take(FeedRow row) {
        String reason;
        if (row instanceof FeedRow.Parsed parsed) {
            try {
                send(parsed.tree());
                return Optional.empty();
            } catch (BadRecordException unmappable) {
                reason = unmappable.getMessage();
            }
        } else {
            reason = ((FeedRow.Broken) row).reason();
        }
        if (!plan.skipsBadRows()) {
            return Optional.of(row.where() + ": " + reason);
        }
        skipped++;
        listener.skipped(row.where(), reason);
        return Optional.empty();
    }

    private void send(Object tree) {
        String id = plan.run() + "-" + next;
        SourceRecord record =
                new SourceRecord(id.getBytes(StandardCharsets.UTF_8), 0, clock.millis(), null);
        Sample sample = mapping.sample(record, tree);
        Optional<Label> label =
                plan.labels() ? mapping.label(record, tree, plan.by()) : Optional.empty();
        await();
        open.begin(next, label.isPresent() ? 2 : 1);
        producer.send(sample, clock.millis(), confirms(next, samplesConfirmed));
        pace.take();
        fed++;
        if (label.isPresent()) {
            labels.addLast(new Waiting(next, label.get(), fed + plan.labelDelay()));
        }
        sendLabels(plan.labelDelay());
        listener.fed(fed);
    }

    private void await() {
        long nanos = pace.nanosUntilDue(System.nanoTime());
        while (nanos > 0) {
            LockSupport.parkNanos(nanos);
            producer.check();
            nanos = pace.nanosUntilDue(System.nanoTime());
        }
    }

    /** Sends labels that are due; with a delay of 0 all that wait. */
    private void sendLabels(int delay) {
        while (!labels.isEmpty() && (delay == 0 || labels.getFirst().dueAfter() <= fed)) {
            Waiting due = labels.removeFirst();
            long now = clock.millis();
            if (!mapping.hasEventTime()) {
                due.label().setEventTimeMillis(now);
            }
            producer.send(due.label(), now, confirms(due.row(), labelsConfirmed));
        }
    }

    private Callback confirms(long row, AtomicLong counter) {
        return (metadata, failure) -> {
            if (failure == null) {
                counter.incrementAndGet();
                open.confirmed(row);
            }
        };
    }
}
