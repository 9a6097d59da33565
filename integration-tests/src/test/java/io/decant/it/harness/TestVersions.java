package io.decant.it.harness;

import io.decant.model.checkpoint.Anchor;
import io.decant.model.checkpoint.AnchorEncoding;
import io.decant.model.checkpoint.Delta;
import io.decant.model.digest.Sha256;
import io.decant.model.forward.MlpForward;
import io.decant.model.spec.CannedInput;
import io.decant.model.spec.ModelSpec;
import io.decant.records.CheckpointForm;
import io.decant.records.CheckpointManifest;
import io.decant.records.FormKind;
import io.decant.records.GateOutcome;
import io.decant.records.OffsetRange;
import io.decant.records.WeightEncoding;
import io.decant.records.WeightsChunk;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the records of versions without a trainer, so that a test can spoil them before they are
 * sent. <i>Thread-safe: no state.</i>
 *
 * @param chunkBytes most bytes of a chunk
 */
public record TestVersions(String model, ModelSpec spec, int chunkBytes) {
    /** What is sent for one version; everything may be changed. <i>Owned by one test.</i> */
    public static final class Candidate {
        public final CheckpointManifest manifest;

        /** Chunks of each form, in the manifest's order of forms. */
        public final List<List<WeightsChunk>> chunks = new ArrayList<>();

        Candidate(CheckpointManifest manifest) {
            this.manifest = manifest;
        }

        public long version() {
            return manifest.getVersion();
        }

        public CheckpointForm form(int index) {
            return manifest.getForms().get(index);
        }
    }

    /** A version in full. */
    public Candidate anchor(long version, float[] weights) {
        Candidate candidate = candidate(version, weights);
        add(candidate, FormKind.ANCHOR, WeightEncoding.F32, anchorBytes(spec, weights));
        return candidate;
    }

    /** The bytes of an exact anchor. */
    public static byte[] anchorBytes(ModelSpec spec, float[] weights) {
        ByteBuffer flat =
                ByteBuffer.allocate(weights.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        flat.asFloatBuffer().put(weights);
        return Anchor.encode(spec, flat, AnchorEncoding.F32);
    }

    /** A version as what it adds to another. */
    public Candidate delta(long version, float[] parent, float[] target, int entries) {
        Delta delta = Delta.between(parent, target, entries, AnchorEncoding.F32);
        float[] weights = parent.clone();
        delta.addTo(spec, weights);
        Candidate candidate = candidate(version, weights);
        add(candidate, FormKind.DELTA, WeightEncoding.F16, delta.toBytes());
        return candidate;
    }

    /** Adds a form to a version. */
    public void add(Candidate candidate, FormKind kind, WeightEncoding encoding, byte[] bytes) {
        int parts = (bytes.length + chunkBytes - 1) / chunkBytes;
        List<WeightsChunk> chunks = new ArrayList<>();
        List<ByteBuffer> digests = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            int from = part * chunkBytes;
            byte[] data =
                    Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + chunkBytes));
            chunks.add(
                    new WeightsChunk(
                            model, candidate.version(), kind, part, parts, ByteBuffer.wrap(data)));
            digests.add(ByteBuffer.wrap(Sha256.of(data)));
        }
        List<CheckpointForm> forms = new ArrayList<>(candidate.manifest.getForms());
        forms.add(
                new CheckpointForm(
                        kind,
                        encoding,
                        new OffsetRange("", 0, 0L, 0L),
                        (long) bytes.length,
                        digests));
        candidate.manifest.setForms(forms);
        candidate.chunks.add(chunks);
    }

    private Candidate candidate(long version, float[] weights) {
        return new Candidate(
                CheckpointManifest.newBuilder()
                        .setModel(model)
                        .setVersion(version)
                        .setParentVersion(version - 1)
                        .setSpecDigest(ByteBuffer.wrap(spec.digest()))
                        .setForms(List.of())
                        .setWeightsDigest(ByteBuffer.wrap(Sha256.of(weights)))
                        .setWatermarkMillis(version)
                        .setMetrics(Map.of())
                        .setExpectedLogits(logits(weights))
                        .setState(new OffsetRange("", 0, 0L, 0L))
                        .setStateDigest(ByteBuffer.allocate(32))
                        .setGate(GateOutcome.OFF)
                        .build());
    }

    /** What a model answers to the specification's canned inputs. */
    private List<List<Float>> logits(float[] weights) {
        MlpForward forward = new MlpForward(spec);
        List<List<Float>> rows = new ArrayList<>();
        for (CannedInput input : spec.cannedInputs()) {
            float[] out = new float[spec.classCount()];
            forward.logits(weights, input.bytes(), 0, out);
            List<Float> row = new ArrayList<>();
            for (float logit : out) {
                row.add(logit);
            }
            rows.add(row);
        }
        return rows;
    }

    /** The form of a kind, if the version has it. */
    public static Optional<CheckpointForm> form(CheckpointManifest manifest, FormKind kind) {
        return manifest.getForms().stream().filter(form -> form.getForm() == kind).findFirst();
    }
}
