package io.decant.cli.demo;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.kafka.Sends;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.stage.Stage;
import io.decant.records.DType;
import io.decant.records.Label;
import io.decant.records.Sample;
import io.decant.records.Tensor;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

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
    private final OptionalDouble rate;
    private final Topics topics;
    private final RecordCodec codec;
    private final Producer<byte[], byte[]> producer;
    private final InstantSource clock;
    private final Progress progress;
    private final Sends sends = new Sends();
    private final Iterator<StreamPlan.Event> events;
    private StreamPlan.Event next;
    private long startedNanos;
    private long paced;

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
        this.rate = rate;
        this.topics = cluster.topics();
        this.codec = new RecordCodec(cluster);
        this.producer = new Clients(cluster).producer("decant-demo-feed", Map.of("linger.ms", 20));
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
        if (startedNanos == 0) {
            startedNanos = System.nanoTime();
        }
        sends.check();
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
            sends.check();
            progress.finished.complete(null);
        }
        if (done == 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        return done;
    }

    private boolean due() {
        if (rate.isEmpty()) {
            return true;
        }
        if (System.nanoTime() - startedNanos < (long) (paced * 1e9 / rate.getAsDouble())) {
            return false;
        }
        paced++;
        return true;
    }

    private void produce(StreamPlan.Event event) {
        String id = plan.sampleId(event.index());
        long now = clock.millis();
        if (event instanceof StreamPlan.Event.LabelEvent labelled) {
            progress.labels.incrementAndGet();
            if (!producedLabels.contains(id)) {
                Label label = new Label(id, labelled.classIndex(), null, "dataset", now);
                send(Topic.LABELS, id, codec.encode(Topic.LABELS, label), sends);
            }
            return;
        }
        progress.samples.incrementAndGet();
        if (producedSamples.contains(id)) {
            return;
        }
        Tensor tensor = new Tensor(dtype, shape, ByteBuffer.wrap(features.apply(event.index())));
        Callback first =
                (metadata, failure) -> {
                    sends.onCompletion(metadata, failure);
                    if (failure == null) {
                        progress.firstAppendedMillis.compareAndSet(0, metadata.timestamp());
                    }
                };
        boolean isFirst = progress.firstAppendedMillis.get() == 0;
        send(
                Topic.SAMPLES,
                id,
                codec.encode(Topic.SAMPLES, new Sample(id, tensor, now, Map.of())),
                isFirst ? first : sends);
    }

    private void send(Topic topic, String id, byte[] value, Callback callback) {
        var sent =
                producer.send(
                        new ProducerRecord<>(
                                topics.name(topic),
                                topics.samplePartition(id),
                                clock.millis(),
                                id.getBytes(StandardCharsets.UTF_8),
                                value),
                        callback);
        // The callback has it already; a send that failed at once is told now.
        if (sent.isDone()) {
            sends.check();
        }
    }

    @Override
    public void close() {
        producer.close();
        codec.close();
    }
}
