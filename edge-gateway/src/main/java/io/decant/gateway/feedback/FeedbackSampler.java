package io.decant.gateway.feedback;

import io.decant.follower.pace.TokenBucket;
import io.decant.follower.reload.ServingModel;
import io.decant.gateway.answer.AnswerObserver;
import io.decant.records.DType;
import io.decant.records.Sample;
import io.decant.records.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.utils.Utils;

/**
 * Chooses served inputs that shall become samples. The choice is a hash of the sample's id, so a
 * request that is sent again, also to another gateway, is chosen again and found to be the same
 * sample by the join. A full queue drops: no answer waits. <i>Thread-safe; one thread takes.</i>
 */
public final class FeedbackSampler implements AnswerObserver {
    /** A longer id of a request is not used as a key. */
    static final int MAX_ID = 256;

    private final FeedbackSettings settings;
    private final String gateway;
    private final String model;
    private final TokenBucket pace;
    private final BlockingQueue<Sample> queue;
    private final FeedbackCounters counters;
    private final InstantSource clock;
    private final String life;
    private final AtomicLong nameless = new AtomicLong();

    /**
     * Makes an empty queue.
     *
     * @param gateway this gateway's name, in the attributes and in made-up ids
     * @param model name of the model, in the attributes
     */
    public FeedbackSampler(
            FeedbackSettings settings,
            String gateway,
            String model,
            FeedbackCounters counters,
            InstantSource clock) {
        this.settings = settings;
        this.gateway = gateway;
        this.model = model;
        this.counters = counters;
        this.clock = clock;
        pace = new TokenBucket(settings.maxPerSecond(), settings.maxPerSecond(), clock);
        queue = new ArrayBlockingQueue<>(settings.queue());
        // Ids that are made up must not repeat those of an earlier life.
        life = gateway + "-" + Long.toString(clock.millis(), 36) + "-";
    }

    @Override
    public void answered(
            ServingModel by,
            Optional<String> id,
            int rows,
            byte[] inputs,
            float[] logits,
            long nanos) {
        String request =
                id.filter(name -> !name.isBlank() && name.length() <= MAX_ID)
                        .orElseGet(() -> life + nameless.incrementAndGet());
        for (int row = 0; row < rows; row++) {
            String sample = rows == 1 ? request : request + "-" + row;
            if (chosen(sample)) {
                offer(sample, by, inputs, row);
            }
        }
    }

    /** Nothing was served, so there is nothing to send. */
    @Override
    public void failed(ServingModel by, int rows, byte[] inputs, Failure failure) {}

    /** The salt makes the choice independent of the partition, which is a hash of the id too. */
    private boolean chosen(String sample) {
        int hash = Utils.murmur2(("feedback " + sample).getBytes(StandardCharsets.UTF_8));
        return Utils.toPositive(hash) < settings.share() * (1L << 31);
    }

    private void offer(String sample, ServingModel by, byte[] inputs, int row) {
        counters.offered.increment();
        if (!pace.tryTake() || !queue.offer(record(sample, by, inputs, row))) {
            counters.dropped.increment();
        }
    }

    private Sample record(String sample, ServingModel by, byte[] inputs, int row) {
        int bytes = by.spec().input().bytes();
        byte[] features = Arrays.copyOfRange(inputs, row * bytes, (row + 1) * bytes);
        return new Sample(
                sample,
                new Tensor(
                        DType.valueOf(by.spec().input().dtype().name()),
                        by.spec().input().shape(),
                        ByteBuffer.wrap(features)),
                clock.millis(),
                Map.of(
                        "gateway", gateway,
                        "model", model,
                        "model-version", Long.toString(by.version())));
    }

    /** The oldest sample, or nothing after {@code atMost}. */
    Optional<Sample> take(Duration atMost) throws InterruptedException {
        return Optional.ofNullable(queue.poll(atMost.toMillis(), TimeUnit.MILLISECONDS));
    }
}
