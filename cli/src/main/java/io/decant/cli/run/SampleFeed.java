package io.decant.cli.run;

import io.decant.cli.feed.Pace;
import io.decant.cli.feed.SampleProducer;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.stage.Stage;
import io.decant.records.Label;
import io.decant.records.Sample;
import io.decant.records.Tensor;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.IntSupplier;

/**
 * Produces a plan's samples and labels, at a rate or as far as it may go; what the topics already
 * hold is left out. <i>Owned by one thread</i>, but the counters may be read by any.
 */
public final class SampleFeed implements Stage {
    /** For a feed that need not wait for anybody. */
    public static final IntSupplier NO_LIMIT = () -> Integer.MAX_VALUE;

    private static final int EVENTS_PER_TURN = 64;

    private final Source source;
    private final StreamPlan plan;
    private final Pace pace;
    private final SampleProducer producer;
    private final InstantSource clock;
    private final Progress progress;
    private final Iterator<StreamPlan.Event> events;
    private StreamPlan.Event next;

    /**
     * What is produced, and how fast.
     *
     * @param features what a sample holds
     * @param samplesBefore ids that the samples topic already holds
     * @param labelsBefore ids that the labels topic already holds
     * @param rate samples a second; empty = as fast as the broker takes them
     * @param limit how many samples may have been produced by now
     */
    public record Source(
            StreamPlan plan,
            Function<StreamPlan.Item, Tensor> features,
            Set<String> samplesBefore,
            Set<String> labelsBefore,
            OptionalDouble rate,
            IntSupplier limit) {}

    /** What has been produced; readable by any thread. */
    public static final class Progress {
        private final AtomicInteger samples = new AtomicInteger();
        private final AtomicInteger labels = new AtomicInteger();
        private final AtomicLong firstAppendedMillis = new AtomicLong();
        private final CompletableFuture<Void> finished = new CompletableFuture<>();

        public int samples() {
            return samples.get();
        }

        public int labels() {
            return labels.get();
        }

        /** When the broker took the first sample; 0 before. */
        public long firstAppendedMillis() {
            return firstAppendedMillis.get();
        }

        /** Completes when the broker has taken everything. */
        public CompletableFuture<Void> finished() {
            return finished;
        }
    }

    /** Makes a feed; it is called {@code name} among the cluster's clients. */
    public SampleFeed(
            String name,
            ClusterSettings cluster,
            Source source,
            InstantSource clock,
            Progress progress) {
        this.source = source;
        this.plan = source.plan();
        this.pace = new Pace(source.rate());
        this.producer = new SampleProducer(cluster, name);
        this.clock = clock;
        this.progress = progress;
        this.events = plan.iterator();
    }

    @Override
    public String name() {
        return "sample-feed";
    }

    @Override
    public int doWork() {
        producer.check();
        int done = 0;
        while (done < EVENTS_PER_TURN && (next != null || events.hasNext())) {
            if (next == null) {
                next = events.next();
            }
            if (next instanceof StreamPlan.Event.SampleEvent && !mayLeave(next.position())) {
                break;
            }
            produce(next);
            next = null;
            done++;
        }
        if (next == null && !events.hasNext() && !progress.finished.isDone()) {
            producer.flush();
            progress.finished.complete(null);
        }
        if (done == 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        return done;
    }

    private boolean mayLeave(int position) {
        if (source.samplesBefore().contains(plan.sampleId(position))) {
            return true;
        }
        if (position >= source.limit().getAsInt() || pace.nanosUntilDue(System.nanoTime()) > 0) {
            return false;
        }
        pace.take();
        return true;
    }

    private void produce(StreamPlan.Event event) {
        StreamPlan.Item item = plan.item(event.position());
        String id = plan.sampleId(event.position());
        long now = clock.millis();
        if (event instanceof StreamPlan.Event.LabelEvent) {
            progress.labels.incrementAndGet();
            if (!source.labelsBefore().contains(id)) {
                Label label = new Label(id, item.label().getAsInt(), null, "dataset", now);
                producer.send(label, now, (metadata, failure) -> {});
            }
            return;
        }
        progress.samples.incrementAndGet();
        if (source.samplesBefore().contains(id)) {
            return;
        }
        producer.send(
                new Sample(id, source.features().apply(item), now, Map.of()),
                now,
                (metadata, failure) -> {
                    if (failure == null) {
                        progress.firstAppendedMillis.compareAndSet(0, metadata.timestamp());
                    }
                });
    }

    @Override
    public void close() {
        producer.close();
    }
}
