package io.decant.cli.models;

import io.decant.cli.models.SignatureCheck.Signed;
import io.decant.follower.reload.FormFile;
import io.decant.follower.reload.SmokeTest;
import io.decant.model.checkpoint.WeightsChain;
import io.decant.model.checkpoint.WeightsRoute;
import io.decant.model.forward.InstalledStudents;
import io.decant.model.forward.StudentForward;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import io.decant.records.CheckpointForm;
import io.decant.records.CheckpointManifest;
import io.decant.records.FormKind;
import io.decant.records.WeightsChunk;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Verifies versions as a gateway does, and in every form that they have: signature, digests of the
 * chunks, weights rebuilt from anchor and deltas, specification, answers to the canned inputs.
 * Versions that follow one another are cheapest in ascending order: the last weights are kept.
 * <i>Owned by one thread.</i>
 */
public final class VersionCheck {
    private final ModelRegister register;
    private final Function<CheckpointForm, List<WeightsChunk>> chunks;
    private final SignatureCheck signatures;
    private final double tolerance;
    private final InstalledStudents students;
    private final Map<Long, WeightsRoute.Forms> forms = new HashMap<>();
    private long headVersion;
    private WeightsChain head;

    /** What became of a version. */
    public sealed interface Finding {
        /** Its number. */
        long version();

        /**
         * It is what its manifest says.
         *
         * @param ways how its weights were rebuilt: each way gave the same
         * @param answersChecked whether its answers to the canned inputs were; without the file of
         *     a TorchScript student they cannot be
         */
        record Sound(
                long version,
                StoredRecord<CheckpointManifest> stored,
                WeightsChain weights,
                Signed signed,
                List<String> ways,
                boolean answersChecked)
                implements Finding {
            public CheckpointManifest manifest() {
                return stored.value();
            }
        }

        /**
         * It is not, or that cannot be told.
         *
         * @param reason one sentence
         */
        record Wrong(long version, String reason) implements Finding {}
    }

    /**
     * Verifies versions of one register.
     *
     * @param chunks what the topic holds where a form is announced
     * @param tolerance of the canned inputs' logits, relative to the larger of 1 and the greatest
     *     expected logit
     * @param students files of TorchScript students
     */
    public VersionCheck(
            ModelRegister register,
            Function<CheckpointForm, List<WeightsChunk>> chunks,
            SignatureCheck signatures,
            double tolerance,
            InstalledStudents students) {
        this.register = register;
        this.chunks = chunks;
        this.signatures = signatures;
        this.tolerance = tolerance;
        this.students = students;
        register.versions()
                .forEach(
                        (version, stored) ->
                                forms.put(
                                        version,
                                        new WeightsRoute.Forms(
                                                stored.value().getParentVersion(),
                                                bytes(stored.value(), FormKind.ANCHOR),
                                                bytes(stored.value(), FormKind.DELTA))));
    }

    /** Verifies one version. */
    public Finding check(long version) {
        StoredRecord<CheckpointManifest> stored = register.versions().get(version);
        if (stored == null) {
            return new Finding.Wrong(
                    version, "model '" + register.model() + "' has no such version, or no longer");
        }
        CheckpointManifest manifest = stored.value();
        Signed signed = signatures.of(stored, manifest.getSignatureKeyId());
        Optional<String> problem = signatures.problem(stored, manifest.getSignatureKeyId());
        if (problem.isPresent()) {
            return new Finding.Wrong(version, problem.get());
        }
        try {
            List<String> ways = new ArrayList<>();
            WeightsChain weights = everyWay(manifest, ways);
            problem = problem(manifest, weights);
            if (problem.isPresent()) {
                return new Finding.Wrong(version, problem.get());
            }
            return new Finding.Sound(
                    version, stored, weights, signed, ways, students.suffice(weights.spec()));
        } catch (InvalidModelException damaged) {
            return new Finding.Wrong(version, damaged.getMessage());
        }
    }

    private WeightsChain everyWay(CheckpointManifest manifest, List<String> ways) {
        long version = manifest.getVersion();
        byte[] digest = copy(manifest.getWeightsDigest());
        boolean anchored = form(manifest, FormKind.ANCHOR).isPresent();
        WeightsChain weights = null;
        if (form(manifest, FormKind.DELTA).isPresent()) {
            Optional<WeightsChain> parent = parent(manifest.getParentVersion(), anchored);
            if (parent.isPresent()) {
                weights = parent.get().then(read(manifest, FormKind.DELTA), digest);
                ways.add("delta on version " + manifest.getParentVersion());
            }
        }
        if (anchored) {
            weights = WeightsChain.start(read(manifest, FormKind.ANCHOR), digest);
            ways.add("anchor");
        }
        if (weights == null) {
            throw new InvalidModelException(
                    "its weights cannot be rebuilt: it has no anchor, and neither has any version that its deltas lead back to");
        }
        keep(version, weights);
        return weights;
    }

    /**
     * The parent's weights; empty when they cannot be rebuilt.
     *
     * @param optional whether there is another way, so that damage of the parent is not this
     *     version's
     */
    private Optional<WeightsChain> parent(long version, boolean optional) {
        Optional<WeightsRoute> route =
                WeightsRoute.to(
                        version,
                        head == null ? OptionalLong.empty() : OptionalLong.of(headVersion),
                        forms);
        try {
            return route.map(way -> follow(version, way));
        } catch (InvalidModelException damaged) {
            if (optional) {
                return Optional.empty();
            }
            throw damaged;
        }
    }

    private WeightsChain follow(long version, WeightsRoute route) {
        WeightsChain chain = head;
        if (route.anchor().isPresent()) {
            CheckpointManifest anchor = manifest(route.anchor().getAsLong());
            chain =
                    step(
                            anchor,
                            () ->
                                    WeightsChain.start(
                                            read(anchor, FormKind.ANCHOR),
                                            copy(anchor.getWeightsDigest())));
        }
        for (long next : route.deltas()) {
            CheckpointManifest manifest = manifest(next);
            WeightsChain parent = chain;
            chain =
                    step(
                            manifest,
                            () ->
                                    parent.then(
                                            read(manifest, FormKind.DELTA),
                                            copy(manifest.getWeightsDigest())));
        }
        keep(version, chain);
        return chain;
    }

    /** A failure on the way is another version's; the sentence must say so. */
    private static WeightsChain step(CheckpointManifest manifest, Supplier<WeightsChain> step) {
        try {
            return step.get();
        } catch (InvalidModelException damaged) {
            throw new InvalidModelException(
                    "it is built on version "
                            + manifest.getVersion()
                            + ", and there: "
                            + damaged.getMessage(),
                    damaged);
        }
    }

    private void keep(long version, WeightsChain weights) {
        headVersion = version;
        head = weights;
    }

    private Optional<String> problem(CheckpointManifest manifest, WeightsChain weights) {
        ModelSpec spec = weights.spec();
        if (!ByteBuffer.wrap(spec.digest()).equals(manifest.getSpecDigest())) {
            return Optional.of(
                    "its specification does not have the SHA-256 that the manifest announces");
        }
        if (!students.suffice(spec)) {
            return Optional.empty();
        }
        try (StudentForward student = students.ready(spec, weights.weights())) {
            return SmokeTest.problem(student, spec, manifest.getExpectedLogits(), tolerance);
        }
    }

    private byte[] read(CheckpointManifest manifest, FormKind kind) {
        CheckpointForm form = form(manifest, kind).orElseThrow();
        try {
            return FormFile.of(manifest, form, chunks.apply(form));
        } catch (InvalidModelException damaged) {
            throw new InvalidModelException(
                    "its "
                            + kind.name().toLowerCase(Locale.ROOT)
                            + " at partition "
                            + form.getChunks().getPartition()
                            + " offset "
                            + form.getChunks().getFrom()
                            + " of model-weights: "
                            + damaged.getMessage(),
                    damaged);
        }
    }

    private CheckpointManifest manifest(long version) {
        return register.versions().get(version).value();
    }

    private static Optional<CheckpointForm> form(CheckpointManifest manifest, FormKind kind) {
        return manifest.getForms().stream().filter(form -> form.getForm() == kind).findFirst();
    }

    private static OptionalLong bytes(CheckpointManifest manifest, FormKind kind) {
        return form(manifest, kind)
                .map(form -> OptionalLong.of(form.getBytes()))
                .orElse(OptionalLong.empty());
    }

    private static byte[] copy(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
