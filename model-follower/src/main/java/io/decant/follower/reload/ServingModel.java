package io.decant.follower.reload;

import io.decant.model.forward.Workspace;
import io.decant.model.spec.ModelSpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One verified version, ready to answer. A request takes the reference once and uses only that, so
 * an answer is never half a model. Whoever asks it holds it meanwhile; who only wants to know what
 * it is need not. <i>Immutable: requests share it.</i>
 */
public final class ServingModel {
    private final VersionId id;
    private final ModelSpec spec;
    private final SharedStudent student;
    private final long watermarkMillis;
    private final Map<String, Double> metrics;
    private final Instant servedSince;

    private ServingModel(CandidateCheck.Verdict.Accepted accepted, Instant servedSince) {
        id = VersionId.of(accepted.manifest());
        spec = accepted.spec();
        student = accepted.student();
        watermarkMillis = accepted.manifest().getWatermarkMillis();
        metrics = Map.copyOf(accepted.manifest().getMetrics());
        this.servedSince = servedSince;
    }

    private ServingModel(ServingModel other, Instant servedSince) {
        id = other.id;
        spec = other.spec;
        student = other.student;
        watermarkMillis = other.watermarkMillis;
        metrics = other.metrics;
        this.servedSince = servedSince;
    }

    /** What a verified candidate becomes when it is swapped in. */
    public static ServingModel of(CandidateCheck.Verdict.Accepted accepted, Instant servedSince) {
        return new ServingModel(accepted, servedSince);
    }

    /** The same version, swapped in at another time. */
    public ServingModel servedFrom(Instant since) {
        return new ServingModel(this, since);
    }

    /**
     * Holds what it answers with; false if that is freed already, because another version is served
     * by now.
     */
    public boolean hold() {
        return student.hold();
    }

    /** Ends one {@link #hold}. */
    public void letGo() {
        student.letGo();
    }

    public VersionId id() {
        return id;
    }

    public long version() {
        return id.version();
    }

    public ModelSpec spec() {
        return spec;
    }

    /** Greatest event time that the model has learned from; empty when it has learned nothing. */
    public Optional<Instant> watermark() {
        return watermarkMillis == 0
                ? Optional.empty()
                : Optional.of(Instant.ofEpochMilli(watermarkMillis));
    }

    /** Now minus the watermark, milliseconds, at least 0; empty when it has learned nothing. */
    public OptionalLong stalenessMillis(InstantSource clock) {
        return watermarkMillis == 0
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, clock.millis() - watermarkMillis));
    }

    /** Metrics of its trainer when it was published. */
    public Map<String, Double> metrics() {
        return metrics;
    }

    /** When it was swapped in here. */
    public Instant servedSince() {
        return servedSince;
    }

    /**
     * Answers several inputs; each as if it were alone: a perceptron's to the bit, a TorchScript
     * student's as near as libtorch's kernels for different numbers of rows are.
     *
     * @param inputs raw bytes of the spec's dtype, row after row, from index 0
     * @param logits receives [rows][classes], before softmax
     * @param room of the calling thread
     */
    public void logits(byte[] inputs, int rows, float[] logits, Workspace room) {
        student.logits(inputs, 0, rows, logits, room);
    }

    /**
     * Answers one input.
     *
     * @param input raw bytes of the spec's dtype, {@code spec().input().bytes()} from {@code
     *     offset}
     * @param logits receives [classes], before softmax
     */
    public void logits(byte[] input, int offset, float[] logits) {
        student.logits(input, offset, 1, logits, new Workspace());
    }
}
