package io.decant.cli.models;

import io.decant.cli.models.VersionCheck.Finding;
import io.decant.follower.registry.ManifestRecord;
import io.decant.gateway.store.LastGoodFile;
import io.decant.model.checkpoint.Anchor;
import io.decant.model.checkpoint.SafeTensors;
import io.decant.model.checkpoint.WeightsChain;
import io.decant.model.forward.ForwardArchive;
import io.decant.model.forward.InstalledStudents;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.TorchScript;
import io.decant.model.teacher.TeacherCardFacts;
import io.decant.model.torch.ScriptStudent;
import io.decant.records.CheckpointManifest;
import io.decant.serde.WriterSchemas;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** A version as a file for other tools. <i>Thread-safe: all methods are pure.</i> */
public final class ExportFile {
    /** Where the id of the writer's schema stands in Confluent's wire format. */
    private static final int SCHEMA_ID = 1;

    private ExportFile() {}

    /**
     * A safetensors file: each layer's parameters in F32, and in the metadata the specification,
     * model, version and the digest of the weights.
     */
    public static byte[] safeTensors(Finding.Sound version) {
        WeightsChain weights = version.weights();
        SafeTensors plain =
                SafeTensors.read(Anchor.encode(weights.spec(), bytes(weights.weights())));
        Map<String, String> metadata = new LinkedHashMap<>(plain.metadata());
        CheckpointManifest manifest = version.manifest();
        metadata.put("decant.model", manifest.getModel());
        metadata.put("decant.version", Long.toString(manifest.getVersion()));
        metadata.put("decant.weights-sha256", HexFormat.of().formatHex(weights.digest()));
        return new SafeTensors(metadata, plain.tensors()).toBytes();
    }

    /**
     * A TorchScript file: raw input [B, …] in the specification's type to logits [B, C]. Of a
     * TorchScript student it is the student's own file with the version's weights, and takes
     * standardised fp32. Either says so itself, so that it can also teach.
     *
     * @throws io.decant.model.spec.InvalidModelException when the student's file is not among
     *     {@code students}, or cannot hold other weights
     */
    public static byte[] torchScript(Finding.Sound version, InstalledStudents students) {
        WeightsChain weights = version.weights();
        ModelSpec spec = weights.spec();
        boolean script = spec.architecture() instanceof TorchScript;
        String facts =
                new TeacherCardFacts(
                                spec.input(),
                                !script,
                                Optional.empty(),
                                OptionalDouble.empty(),
                                OptionalDouble.empty())
                        .toJson();
        return script
                ? ScriptStudent.required(spec, students.of(spec))
                        .withWeights(spec, weights.weights(), Map.of(TeacherCardFacts.EXTRA, facts))
                : ForwardArchive.of(spec, bytes(weights.weights()))
                        .extra(TeacherCardFacts.EXTRA, facts)
                        .toBytes();
    }

    /**
     * What a gateway keeps on disk and starts with: the manifest as it was signed, and the weights.
     *
     * @param schemas of the registry that the manifest was written with
     */
    public static byte[] lastGood(Finding.Sound version, WriterSchemas schemas) {
        ByteBuffer wire = ByteBuffer.wrap(version.stored().wire());
        WeightsChain weights = version.weights();
        return new LastGoodFile(
                        new ManifestRecord(
                                version.manifest(), wire, schemas.byId(wire.getInt(SCHEMA_ID))),
                        Anchor.encode(weights.spec(), bytes(weights.weights())))
                .toBytes();
    }

    private static ByteBuffer bytes(float[] weights) {
        ByteBuffer bytes =
                ByteBuffer.allocate(weights.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(weights);
        return bytes;
    }
}
