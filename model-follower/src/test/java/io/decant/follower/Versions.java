package io.decant.follower;

import io.decant.follower.registry.ManifestRecord;
import io.decant.follower.reload.CandidateCheck;
import io.decant.follower.reload.CandidateCheck.Verdict;
import io.decant.follower.reload.ReloadSettings;
import io.decant.follower.reload.SharedStudent;
import io.decant.model.checkpoint.Anchor;
import io.decant.model.checkpoint.AnchorEncoding;
import io.decant.model.checkpoint.Delta;
import io.decant.model.checkpoint.WeightsChain;
import io.decant.model.digest.Sha256;
import io.decant.model.forward.InstalledStudents;
import io.decant.model.forward.StudentForward;
import io.decant.model.spec.CannedInput;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.ParameterLayout;
import io.decant.model.spec.TorchScript.Executor;
import io.decant.model.torch.ScriptStudent;
import io.decant.pipeline.config.Configuration;
import io.decant.records.CheckpointForm;
import io.decant.records.CheckpointManifest;
import io.decant.records.FormKind;
import io.decant.records.GateOutcome;
import io.decant.records.OffsetRange;
import io.decant.records.TrustedRecords;
import io.decant.records.WeightEncoding;
import io.decant.records.WeightsChunk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;

/**
 * Versions of a model whose answers name the version: all weights are 0, so that the logits are the
 * bias, and version v's bias for class c is v + c / 8. <i>Immutable.</i>
 */
public final class Versions {
    public static final String MODEL = "student";
    public static final int PARTITION = 2;
    public static final int CLASSES = 3;
    public static final CandidateCheck CHECK = new CandidateCheck(1e-3, InstalledStudents.none());

    /** The student that PyTorch saved, as any module sees it; make.py beside it made it. */
    public static final Path SCRIPT =
            Path.of("../model-follower/src/test/resources/students/small.pt");

    private static final int CHUNK_BYTES = 350;

    static {
        TrustedRecords.load();
    }

    private final ModelSpec spec;
    private final CandidateCheck check;

    public Versions(ModelSpec spec) {
        this(spec, CHECK);
    }

    /** Versions that are verified with other files or another tolerance. */
    public Versions(ModelSpec spec, CandidateCheck check) {
        this.spec = spec;
        this.check = check;
    }

    /** Inputs of 2 x 2 bytes, 3 classes, two canned inputs. */
    public static Versions small() {
        return of(new InputSpec(DType.U8, List.of(2, 2), 1 / 255.0, 0.5, 0.25));
    }

    public static Versions of(InputSpec input) {
        return new Versions(
                ModelSpec.mlp(List.of(input.size(), 5, CLASSES), input)
                        .withCannedInputs(canned(input)));
    }

    private static List<CannedInput> canned(InputSpec input) {
        byte[] ones = new byte[input.bytes()];
        Arrays.fill(ones, (byte) 1);
        return List.of(CannedInput.of(new byte[input.bytes()]), CannedInput.of(ones));
    }

    /** As {@link #small}, of the TorchScript student. */
    public static Versions script() {
        InputSpec input = new InputSpec(DType.U8, List.of(2, 2), 1 / 255.0, 0.5, 0.25);
        ModelSpec spec = ScriptStudent.open(SCRIPT).spec(input, Executor.PLAIN, 1);
        return new Versions(
                spec.withCannedInputs(canned(input)),
                new CandidateCheck(1e-3, InstalledStudents.open(List.of(SCRIPT))));
    }

    /** The defaults. */
    public static ReloadSettings settings() {
        return Configuration.of(ReloadSettings.class, List.of());
    }

    public ModelSpec spec() {
        return spec;
    }

    /** What the version answers to any input. */
    public static float[] logits(long version) {
        float[] logits = new float[CLASSES];
        for (int c = 0; c < CLASSES; c++) {
            logits[c] = version + c / 8f;
        }
        return logits;
    }

    /** What a trainer writes for one version. */
    public record Published(
            CheckpointManifest manifest, List<WeightsChunk> chunks, Optional<WeightsChunk> delta) {
        /** The anchor. */
        public CheckpointForm form() {
            List<CheckpointForm> forms = manifest.getForms();
            return forms.get(forms.size() - 1);
        }

        public ManifestRecord record() {
            return Versions.record(manifest);
        }
    }

    public Published version(long version) {
        return version(version, weights(version));
    }

    /** A manifest as it is read from the topic, unsigned; schema id 1. */
    public static ManifestRecord record(CheckpointManifest manifest) {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        wire.writeBytes(new byte[] {0, 0, 0, 0, 1});
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(wire, null);
        try {
            new SpecificDatumWriter<>(CheckpointManifest.class).write(manifest, encoder);
            encoder.flush();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return new ManifestRecord(
                manifest, ByteBuffer.wrap(wire.toByteArray()), manifest.getSchema());
    }

    /** Weights of a version: 0 but for the last layer's bias. */
    public float[] weights(long version) {
        float[] weights = new float[spec.parameterCount()];
        int bias =
                ParameterLayout.of(spec).parameters().stream()
                        .filter(parameter -> parameter.name().endsWith(".bias"))
                        .mapToInt(ParameterLayout.Parameter::offset)
                        .max()
                        .orElseThrow();
        System.arraycopy(logits(version), 0, weights, bias, CLASSES);
        return weights;
    }

    /** A version that exists as a delta to the one before, and with {@code anchor} in full too. */
    public Published delta(long version, boolean anchor) {
        return delta(version, anchor, weights(version - 1));
    }

    /** As {@link #delta(long, boolean)}, to a parent with these weights. */
    public Published delta(long version, boolean anchor, float[] parent) {
        Published whole = version(version);
        byte[] bytes =
                Delta.between(parent, weights(version), CLASSES, AnchorEncoding.F32).toBytes();
        WeightsChunk chunk =
                new WeightsChunk(MODEL, version, FormKind.DELTA, 0, 1, ByteBuffer.wrap(bytes));
        CheckpointForm form =
                new CheckpointForm(
                        FormKind.DELTA,
                        WeightEncoding.F16,
                        range(deltaOffset(version), deltaOffset(version) + 1),
                        (long) bytes.length,
                        List.of(ByteBuffer.wrap(Sha256.of(bytes))));
        whole.manifest().setForms(anchor ? List.of(form, whole.form()) : List.of(form));
        return new Published(whole.manifest(), whole.chunks(), Optional.of(chunk));
    }

    /** Where the delta of a version lies in the topic. */
    public static long deltaOffset(long version) {
        return version * 10 + 9;
    }

    public Published version(long version, float[] weights) {
        ByteBuffer flat =
                ByteBuffer.allocate(weights.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        flat.asFloatBuffer().put(weights);
        byte[] anchor = Anchor.encode(spec, flat);
        List<WeightsChunk> chunks = chunks(version, anchor);
        List<ByteBuffer> digests = new ArrayList<>();
        chunks.forEach(chunk -> digests.add(ByteBuffer.wrap(Sha256.of(chunk.getData()))));

        CheckpointManifest manifest = new CheckpointManifest();
        manifest.setModel(MODEL);
        manifest.setVersion(version);
        manifest.setParentVersion(version - 1);
        manifest.setSpecDigest(ByteBuffer.wrap(spec.digest()));
        manifest.setForms(
                List.of(
                        new CheckpointForm(
                                FormKind.ANCHOR,
                                WeightEncoding.F32,
                                range(version * 10, version * 10 + chunks.size()),
                                (long) anchor.length,
                                digests)));
        manifest.setWeightsDigest(ByteBuffer.wrap(Sha256.of(weights)));
        manifest.setEmaDigest(ByteBuffer.allocate(0));
        manifest.setJournal(List.of());
        manifest.setSpanListDigest(ByteBuffer.allocate(0));
        manifest.setWatermarkMillis(1_000_000 + version);
        manifest.setTeacherIds(List.of());
        manifest.setMetrics(java.util.Map.of());
        List<Float> expected = new ArrayList<>();
        for (float logit : logits(version)) {
            expected.add(logit);
        }
        manifest.setExpectedLogits(
                IntStream.range(0, spec.cannedInputs().size()).mapToObj(i -> expected).toList());
        manifest.setState(range(0, 1));
        manifest.setStateSlot("1");
        manifest.setStateParts(1);
        manifest.setStateDigest(ByteBuffer.allocate(32));
        manifest.setGate(GateOutcome.OFF);
        manifest.setGateReason("");
        manifest.setSignatureKeyId("");
        manifest.setSignature(ByteBuffer.allocate(0));
        return new Published(manifest, chunks, Optional.empty());
    }

    /** A verified version. */
    public Verdict.Accepted accepted(long version) {
        return accepted(version, weights(version));
    }

    /** A verified version with weights of its own; of a specification without canned inputs. */
    public Verdict.Accepted accepted(long version, float[] weights) {
        return (Verdict.Accepted)
                check.check(version(version, weights).record(), WeightsChain.at(spec, weights));
    }

    /** A version with any weights, as if it had been verified. */
    public Verdict.Accepted unchecked(long version, float[] weights) {
        return new Verdict.Accepted(
                version(version, weights).record(),
                WeightsChain.at(spec, weights),
                new SharedStudent(StudentForward.of(spec, weights, Optional.empty())));
    }

    private static OffsetRange range(long from, long to) {
        return new OffsetRange("", PARTITION, from, to);
    }

    private static List<WeightsChunk> chunks(long version, byte[] file) {
        int parts = (file.length + CHUNK_BYTES - 1) / CHUNK_BYTES;
        return IntStream.range(0, parts)
                .mapToObj(
                        part ->
                                new WeightsChunk(
                                        MODEL,
                                        version,
                                        FormKind.ANCHOR,
                                        part,
                                        parts,
                                        ByteBuffer.wrap(
                                                Arrays.copyOfRange(
                                                        file,
                                                        part * CHUNK_BYTES,
                                                        Math.min(
                                                                file.length,
                                                                (part + 1) * CHUNK_BYTES)))))
                .toList();
    }
}
