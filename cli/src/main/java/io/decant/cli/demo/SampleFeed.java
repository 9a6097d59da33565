package io.decant.cli.demo;

import io.decant.cli.feed.Pace;
import io.decant.cli.feed.SampleProducer;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.stage.Stage;
import io.decant.records.DType;
import io.decant.records.Label;
import io.decant.records.Sample;
import io.decant.records.Tensor;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/**
 * Produces a plan's samples and labels at a rate; what the topics already hold is left out.
 * <i>Owned by one thread</i>, but the counters may be read by any.
 */
final class SampleFeed implements Stage {
    private static final int EVENTS_PER_TURN = 64;

    private final StreamPlan plan;
    private final IntFunction<byte[]> features;
    private final DType dtype;
    private final List<Integer> shape;
    private final Set<String> producedSamples;
    private final Set<String> producedLabels;
    private final Pace pace;
    private final SampleProducer producer;
    private final InstantSource clock;
    private final Progress progress;
    private final Iterator<StreamPlan.Event> events;
    private StreamPlan.Event next;

    /** What has been produced; readable by any thread. */
    static final class Progress {
        private final AtomicInteger samples = new AtomicInteger();
        private final AtomicInteger labels = new AtomicInteger();
        private final AtomicLong firstAppendedMillis = new AtomicLong();
        private final CompletableFuture<Void> finished = new CompletableFuture<>();

        int samples() {
            return samples.get();
        }

        int labels() {
            return labels.get();
        }

        /** When the broker took the first sample; 0 before. */
        long firstAppendedMillis() {
            return firstAppendedMillis.get();
        }

        /** Completes when the broker has taken everything. */
        CompletableFuture<Void> finished() {
            return finished;
        }
    }

    /**
     * Makes a feed.
     *
     * @param features the raw bytes of a training sample
     * @param producedSamples ids that the samples topic already holds
     * @param producedLabels ids that the labels topic already holds
     */
    SampleFeed(
            ClusterSettings cluster,
            StreamPlan plan,
            IntFunction<byte[]> features,
            DType dtype,
            List<Integer> shape,
            Set<String> producedSamples,
            Set<String> producedLabels,
            OptionalDouble rate,
            InstantSource clock,
            Progress progress) {
        this.plan = plan;
        this.features = features;
        this.dtype = dtype;
        this.shape = shape;
        this.producedSamples = producedSamples;
        this.producedLabels = producedLabels;
        this.pace = new Pace(rate);
        this.producer = new SampleProducer(cluster, "decant-demo-feed");
        this.clock = clock;
        this.progress = progress;
        this.events = plan.iterator();
    }

    @Override
    public String name() {
        return "demo-feed";
    }

    @Override
    public int doWork() {
        producer.check();
        int done = 0;
        while (done < EVENTS_PER_TURN && (next != null || events.hasNext())) {
            if (next == null) {
                next = events.next();
            }
            if (next instanceof StreamPlan.Event.SampleEvent
                    && !producedSamples.contains(plan.sampleId(next.index()))
                    && !due()) {
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

    private boolean due() {
        if (pace.nanosUntilDue(System.nanoTime()) > 0) {
            return false;
        }
        pace.take();
        return true;
    }

    private void produce(StreamPlan.Event event) {
        String id = plan.sampleId(event.index());
        long now = clock.millis();
        if (event instanceof StreamPlan.Event.LabelEvent labelled) {
            progress.labels.incrementAndGet();
            if (!producedLabels.contains(id)) {
                Label label = new Label(id, labelled.classIndex(), null, "dataset", now);
                producer.send(label, now, (metadata, failure) -> {});
            }
            return;
        }
        progress.samples.incrementAndGet();
        if (producedSamples.contains(id)) {
            return;
        }
        Tensor tensor = new Tensor(dtype, shape, ByteBuffer.wrap(features.apply(event.index())));
        producer.send(
                new Sample(id, tensor, now, Map.of()),
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
