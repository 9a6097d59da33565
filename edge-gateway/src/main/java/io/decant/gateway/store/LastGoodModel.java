package io.decant.gateway.store;

import io.decant.follower.registry.ManifestRecord;
import io.decant.follower.reload.CandidateCheck;
import io.decant.follower.reload.CandidateCheck.Verdict;
import io.decant.model.checkpoint.Anchor;
import io.decant.pipeline.sign.RecordVerifier;
import io.decant.pipeline.sign.SignaturePolicy;
import io.decant.pipeline.sign.TrustedKeys;
import io.decant.records.TrustedRecords;
import io.decant.serde.WriterSchemas;
import io.decant.topics.Topic;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The last version that served well, on disk, so that a gateway answers before, and without, Kafka.
 * The file may also be put there by hand, to ship a model with a product. It appears under its name
 * only when complete, and what is read is verified like any candidate, signature included. <i>Used
 * by one thread at a time.</i>
 */
public final class LastGoodModel {
    private final Path file;
    private final String model;
    private final CandidateCheck check;
    private final SignaturePolicy policy;
    private final TrustedKeys keys;
    private final long maxModelBytes;

    /** What a start found on disk. */
    public sealed interface Found {
        /** A model that may be served. */
        record Good(Verdict.Accepted model) implements Found {}

        /** There is no file. */
        record Nothing() implements Found {}

        /**
         * There is a file, and it must not be served.
         *
         * @param reason one sentence
         */
        record Unusable(String reason) implements Found {}
    }

    static {
        TrustedRecords.load();
    }

    public LastGoodModel(
            Path folder,
            String model,
            CandidateCheck check,
            SignaturePolicy policy,
            TrustedKeys keys,
            long maxModelBytes) {
        this.model = model;
        this.check = check;
        this.policy = policy;
        this.keys = keys;
        this.maxModelBytes = maxModelBytes;
        file = folder.resolve(fileName(model));
    }

    /** What the file of a model is called. */
    public static String fileName(String model) {
        return URLEncoder.encode(model, StandardCharsets.UTF_8) + ".last-good.zip";
    }

    public Path file() {
        return file;
    }

    /** Reads and verifies the file. */
    public Found load() {
        if (!Files.exists(file)) {
            return new Found.Nothing();
        }
        try {
            return judge(LastGoodFile.read(file, maxModelBytes));
        } catch (IOException damaged) {
            return unusable("it is damaged: " + damaged.getMessage());
        }
    }

    private Found judge(LastGoodFile found) {
        ManifestRecord record = found.record();
        if (!record.manifest().getModel().equals(model)) {
            return unusable(
                    "it is of model " + record.manifest().getModel() + "; expected " + model);
        }
        Optional<String> unsigned = signatureProblem(record);
        if (unsigned.isPresent()) {
            return unusable(unsigned.get());
        }
        Verdict verdict = check.check(record, found.anchor());
        return verdict instanceof Verdict.Accepted accepted
                ? new Found.Good(accepted)
                : unusable(((Verdict.Refused) verdict).reason());
    }

    private Optional<String> signatureProblem(ManifestRecord record) {
        byte[] wire = record.bytes();
        int schemaId = ByteBuffer.wrap(wire).getInt(1);
        return new RecordVerifier(policy, keys, WriterSchemas.of(Map.of(schemaId, record.writer())))
                .problem(
                        Topic.MODEL_REGISTRY,
                        ManifestRecord.key(model, record.version()),
                        wire,
                        record.manifest().getSignatureKeyId());
    }

    private Found unusable(String reason) {
        return new Found.Unusable(file + ": " + reason);
    }

    /** Writes a verified version in place of the one before; durable when this returns. */
    public void save(Verdict.Accepted version) throws IOException {
        Anchor anchor = version.chain().anchor();
        new LastGoodFile(version.record(), Anchor.encode(anchor.spec(), anchor.weights()))
                .write(file);
    }
}
