package io.decant.gateway;

import io.decant.follower.reload.ServingModel;
import io.decant.follower.reload.ServingSlot;
import io.decant.gateway.answer.AnswerObserver;
import io.decant.gateway.answer.AnswerObserver.Failure;
import io.decant.gateway.answer.Answering;
import io.decant.gateway.answer.Question;
import io.decant.model.spec.ModelSpec;
import io.decant.pipeline.config.Configuration;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A gateway inside a program: it follows, verifies, guards and swaps as {@code decant gateway}
 * does, and answers by a method call instead of HTTP. No port is opened and the {@code http}
 * settings are not used. An answer is computed on the calling thread from one version, a
 * perceptron's without a lock; a swap never delays or breaks one. <i>Thread-safe.</i>
 */
public final class EdgeModel implements AutoCloseable {
    /** Rooms for answers that are kept for reuse; more callers at a time make their own. */
    private static final int KEPT_ROOMS = 64;

    private final FollowedModel model;
    private final AnswerObserver observer;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final BlockingQueue<Answering> rooms = new ArrayBlockingQueue<>(KEPT_ROOMS);

    private EdgeModel(GatewayConfig config, InstantSource clock) {
        model = new FollowedModel(config, clock);
        observer = model.observer();
        onSwap(swap -> ready.complete(null));
        model.follow();
    }

    /**
     * Opens a model with settings such as {@code model=student}; those of a gateway, all with
     * defaults but the cluster's addresses and the model's name. TorchScript students need their
     * files: {@code students=cnn.pt}. It returns at once: with the last good model on disk it can
     * answer, else {@link #ready} tells when it can.
     *
     * @throws io.decant.pipeline.config.ConfigurationException if a setting is wrong, a key or a
     *     student cannot be read, or the cluster cannot be used and {@code start-offline} is false
     */
    public static EdgeModel open(String... settings) {
        return open(
                Configuration.of(GatewayConfig.class, List.of(settings)), InstantSource.system());
    }

    /** As {@link #open(String...)}, with the settings of a YAML file of {@code decant gateway}. */
    public static EdgeModel open(Path file) {
        return open(
                Configuration.load(file, GatewayConfig.class, List.of()), InstantSource.system());
    }

    /**
     * As {@link #open(String...)}, with parsed settings.
     *
     * @param clock gives the time of swaps, staleness and reports
     */
    public static EdgeModel open(GatewayConfig config, InstantSource clock) {
        return new EdgeModel(config, clock);
    }

    /** Completes when the first version is in service. */
    public CompletableFuture<Void> ready() {
        return ready.copy();
    }

    /** What the model takes and gives; empty before the first version. */
    public Optional<ModelSpec> spec() {
        return model.slot().current().map(ServingModel::spec);
    }

    /** The version in service; empty before the first. */
    public Optional<Long> version() {
        return model.slot().current().map(ServingModel::version);
    }

    /** Whether, and why not, the registry is followed: one sentence. */
    public String state() {
        return model.state();
    }

    /**
     * Hears of every swap, and at once of the last one so far. Called on the thread that swaps: it
     * must be quick, and what it throws is logged.
     */
    public void onSwap(Consumer<ServingSlot.Swap> listener) {
        model.slot().onSwap(listener);
    }

    /** Completes when the model is closed; exceptionally when it cannot follow any more. */
    public CompletableFuture<Void> ended() {
        return model.ended().copy();
    }

    /**
     * Answers one or more inputs, all from one version.
     *
     * @param inputs raw little-endian bytes in the spec's dtype, input after input; {@code
     *     spec().input().bytes()} each. They must not be changed afterwards: guards and feedback
     *     may look at them
     * @throws IllegalStateException if no version is in service yet
     * @throws IllegalArgumentException if the length fits no whole number of inputs, or an input is
     *     so large that its logits are not finite
     */
    public Prediction predict(byte[] inputs) {
        ServingModel current =
                model.slot()
                        .hold()
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                "the model has no version in service yet ("
                                                        + model.state()
                                                        + "); wait for ready()"));
        try {
            return predict(inputs, current);
        } finally {
            current.letGo();
        }
    }

    private Prediction predict(byte[] inputs, ServingModel current) {
        int bytes = current.spec().input().bytes();
        if (inputs.length == 0 || inputs.length % bytes != 0) {
            throw new IllegalArgumentException(
                    "inputs must be a multiple of "
                            + bytes
                            + " bytes, the size of one input, was "
                            + inputs.length);
        }
        Call call = new Call(inputs, inputs.length / bytes);
        Answering room = rooms.poll();
        if (room == null) {
            room = new Answering(observer);
        }
        room.answer(current, List.of(new Answering.Asked(call, System.nanoTime())));
        // When enough are kept this one is garbage.
        boolean unused = rooms.offer(room);
        return new Prediction(current, call.result(model.counters()));
    }

    /** Writes the model in service to disk, and stops. Answers in progress are given. */
    @Override
    public void close() {
        model.close();
    }

    /** One call's question. <i>Owned by the calling thread.</i> */
    private static final class Call implements Question.Inputs {
        private final byte[] data;
        private final int rows;
        private final long since = System.nanoTime();
        private float[] logits;
        private Failure failure;
        private int failedRow;

        Call(byte[] data, int rows) {
            this.data = data;
            this.rows = rows;
        }

        @Override
        public Optional<String> id() {
            return Optional.empty();
        }

        @Override
        public int rows() {
            return rows;
        }

        @Override
        public byte[] data() {
            return data;
        }

        @Override
        public void answer(float[] answer) {
            logits = answer;
        }

        @Override
        public void fail(Failure reason, int row) {
            failure = reason;
            failedRow = row;
        }

        float[] result(GatewayCounters counters) {
            if (failure == null) {
                counters.answered(rows, System.nanoTime() - since);
                return logits;
            }
            boolean input = failure == Failure.NOT_FINITE;
            counters.answeredWithError(input ? 400 : 500);
            if (input) {
                throw new IllegalArgumentException(
                        "input "
                                + failedRow
                                + " is too large for the model: its logits are not finite");
            }
            throw new IllegalStateException("the model failed to answer; see the log");
        }
    }
}
