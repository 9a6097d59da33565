package io.decant.trainer;

import io.decant.model.checkpoint.AnchorEncoding;
import io.decant.model.checkpoint.ErrorFeedback;
import io.decant.model.hint.Hint;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import io.decant.model.step.Optimizer;
import io.decant.model.step.StepSettings;
import io.decant.model.torch.ScriptStudent;
import io.decant.model.torch.Torch;
import io.decant.model.torch.TorchSettings;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.config.Setting;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.monitor.MonitorSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.sign.KeyFileException;
import io.decant.pipeline.sign.SigningKey;
import io.decant.trainer.drift.DriftSettings;
import io.decant.trainer.gate.GateSettings;
import io.decant.trainer.journal.JournalStart;
import io.decant.trainer.journal.PairFilter;
import io.decant.trainer.journal.PairReader;
import io.decant.trainer.learn.AdaptationSettings;
import io.decant.trainer.learn.LearningSettings;
import io.decant.trainer.learn.RehearsalSettings;
import io.decant.trainer.learn.TeacherSettings;
import io.decant.trainer.learn.TrustSettings;
import io.decant.trainer.publish.CheckpointPolicy;
import io.decant.trainer.publish.FleetSettings;
import io.decant.trainer.publish.StateSchedule;
import io.decant.trainer.quality.QualitySettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that can be set about a trainer. Micro-batches are 32 pairs, by design.
 * <i>Immutable.</i>
 */
public record TrainerConfig(
        ClusterSettings cluster,
        StudentSettings model,
        @Setting(doc = "How a new model's weights are chosen.", otherwise = "uniform")
                LearningSettings.Initial initialWeights,
        @Setting(
                        doc =
                                "File (safetensors) with the weights that a new model begins with instead; lineage says which by its digest.",
                        otherwise = "")
                String init,
        @Setting(doc = "Seed of all randomness; counts when a model is born.", otherwise = "1")
                long seed,
        @Setting(doc = "The update rule.", otherwise = "adam") Optimizer optimizer,
        @Setting(
                        doc = "Step size of the update rule.",
                        otherwise = "0.003",
                        min = 1e-12,
                        max = 1000)
                double learningRate,
        @Setting(
                        doc =
                                "Weight of the teacher where there is a label, the label has the rest; with trust.enabled its greatest weight.",
                        otherwise = "0.9",
                        min = 0,
                        max = 1)
                double alpha,
        @Setting(
                        doc = "Softens teacher and student in the teacher's term; 1 is none.",
                        otherwise = "3",
                        min = 0.01,
                        max = 1000)
                double temperature,
        @Setting(
                        doc =
                                "How the student's logits are compared with the teacher's; docs/losses.md has the formulas.",
                        otherwise = "kd")
                LossChoice loss,
        LossChoice.Decoupled dkd,
        LossChoice.Relations dist,
        @Setting(
                        doc =
                                "Layers that the student is told besides the answer, for a model.file with forward_with_hints: LAYER:KIND:WEIGHT, where KIND is feature, attention or relation. The trainer adds the layer's shape and writes it into lineage.",
                        otherwise = "")
                List<String> hints,
        @Setting(
                        doc =
                                "Greatest decay of the averaged weights, which are what is published; 0 publishes the weights themselves.",
                        otherwise = "0.99",
                        min = 0,
                        max = 0.999999)
                double ema,
        @Setting(
                        doc = "Whether a second student learns from labels alone, for comparison.",
                        otherwise = "true")
                boolean shadow,
        @Setting(
                        doc =
                                "What the student is trained on: auto, cpu or cuda:N. auto takes a GPU where libtorch was set up for one. Versions of a GPU cannot be verified bit for bit.",
                        otherwise = "auto")
                String device,
        @Setting(
                        doc =
                                "Threads of the engine inside one operation; another number gives other bits.",
                        otherwise = "1",
                        min = 1,
                        max = 256)
                int threads,
        Batch batch,
        Predictions predictions,
        Journal journal,
        Checkpoint checkpoint,
        GateSettings gate,
        RehearsalSettings rehearsal,
        TrustSettings trust,
        DriftSettings drift,
        QualitySettings quality,
        TeacherSettings teachers,
        FleetSettings gateways,
        Publish publish,
        Signing signing,
        Recovery recovery,
        Lease lease,
        MonitorSettings monitor) {
    public TrainerConfig {
        Device.parse(device);
        LearningSettings.requireShadow(trust, shadow);
        boolean zeros = init.isEmpty() && initialWeights == LearningSettings.Initial.ZEROS;
        List<String> problems = loss.problems(alpha, !trust.enabled(), temperature, dist, zeros);
        try {
            hints.forEach(Hint::parse);
        } catch (IllegalArgumentException wrong) {
            problems.add("hints: " + wrong.getMessage());
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    /** Micro-batches. */
    public record Batch(
            @Setting(
                            doc =
                                    "Longest time that a pair waits in an open batch of 32 before it is learned.",
                            otherwise = "200ms",
                            min = 1)
                    Duration linger) {}

    /** Stored predictions. */
    public record Predictions(
            @Setting(
                            doc =
                                    "Predictions that may wait for a label; beyond it the oldest is dropped and counted as unscored.",
                            otherwise = "65536",
                            min = 1,
                            max = 10_000_000)
                    int capacity) {}

    /** The training journal. */
    public record Journal(
            @Setting(
                            doc =
                                    "Where a new model begins to read: earliest, latest or a time such as 2026-11-22T08:00:00Z.",
                            otherwise = "earliest")
                    String start,
            @Setting(
                            doc =
                                    "Whether a model goes on when part of the journal was lost before it was learned; lineage records the gap.",
                            otherwise = "false")
                    boolean acceptGap,
            @Setting(doc = "Longest wait of one poll.", otherwise = "100ms", min = 1, max = 5000)
                    Duration pollWait) {
        public Journal {
            JournalStart.parse(start);
        }
    }

    /** What a version is, and in which forms it travels. */
    public record Checkpoint(
            @Setting(
                            doc =
                                    "Share of the weights that a version changes: those that differ most from the averaged ones; the rest follows with later versions. Where deltas could be as large as anchors, all versions are anchors.",
                            otherwise = "0.05",
                            min = 1e-6,
                            max = 1)
                    double deltaShare,
            @Setting(
                            doc =
                                    "Every so many versions all weights are published too, for gateways that begin or fell behind.",
                            otherwise = "10",
                            min = 1,
                            max = 1000)
                    long anchorEvery,
            @Setting(
                            doc =
                                    "How all weights are written: f32 (exact), f16, or i8-row (a byte for each and a scale for each row of a matrix); what is served is rounded to it.",
                            otherwise = "f32")
                    AnchorEncoding anchorEncoding) {
        ErrorFeedback feedback() {
            return new ErrorFeedback(deltaShare, anchorEvery, anchorEncoding);
        }
    }

    /** Versions. */
    public record Publish(
            @Setting(
                            doc = "Longest time from taking a pair in to publishing it.",
                            otherwise = "10s",
                            min = 10)
                    Duration interval,
            @Setting(
                            doc = "Journal records that make a version due at once.",
                            otherwise = "1000000",
                            min = 1)
                    long pairs,
            @Setting(
                            doc =
                                    "Spans and batch borders that make a version due at once; bounds the lineage record.",
                            otherwise = "4000",
                            min = 1,
                            max = 8000)
                    int lineageEntries,
            @Setting(
                            doc =
                                    "Refused records that make a version due at once; bounds the memory that they wait in.",
                            otherwise = "200",
                            min = 1)
                    int deadLetters,
            @Setting(
                            doc = "States up to this size are written with every version, bytes.",
                            otherwise = "8388608",
                            min = 1)
                    long stateBytes,
            @Setting(
                            doc =
                                    "A larger state is written with every so many versions; recovery learns the versions after it again.",
                            otherwise = "10",
                            min = 1)
                    long stateEvery,
            @Setting(
                            doc =
                                    "Every so many versions the state is kept for replay; old ones are thinned.",
                            otherwise = "100",
                            min = 1)
                    long keepStateEvery,
            @Setting(
                            doc = "Published versions younger than this are never removed.",
                            otherwise = "10m",
                            min = 1000)
                    Duration keep,
            @Setting(
                            doc = "Most old versions removed with one publish.",
                            otherwise = "16",
                            min = 1,
                            max = 1000)
                    int removals,
            @Setting(
                            doc =
                                    "Longest life of a transaction whose writer died; readers may wait that long.",
                            otherwise = "15s",
                            min = 5000,
                            max = 600_000)
                    Duration transactionTimeout) {}

    /** Who the versions are from. */
    public record Signing(
            @Setting(
                            doc =
                                    "File with the private key that signs manifests and aliases, as 'decant keys generate' writes it; without it they are not signed.",
                            otherwise = "")
                    Optional<Path> key) {
        /**
         * Reads the file.
         *
         * @return empty when nothing is to be signed
         * @throws ConfigurationException when it holds no key
         */
        public Optional<SigningKey> read() {
            try {
                return key.map(SigningKey::read);
            } catch (KeyFileException unusable) {
                throw new ConfigurationException(
                        "trainer", List.of("signing.key: " + unusable.getMessage()));
            }
        }
    }

    /** What happens when the cluster fails. */
    public record Recovery(
            @Setting(
                            doc =
                                    "Failures in a row, with no version between them, after which the trainer stops.",
                            otherwise = "5",
                            min = 1)
                    int attempts,
            @Setting(doc = "Wait between attempts.", otherwise = "1s", min = 1) Duration backoff,
            @Setting(
                            doc =
                                    "How long failures are borne while the broker or the registry is away, with no version between them; they do not count as attempts.",
                            otherwise = "10m",
                            min = 0)
                    Duration outagePatience,
            @Setting(
                            doc =
                                    "Longest wait for each topic that the state is read from; above publish.transaction-timeout.",
                            otherwise = "60s",
                            min = 1000)
                    Duration patience,
            @Setting(
                            doc =
                                    "Longest wait for the broker and for the registry at start, each.",
                            otherwise = "10s",
                            min = 100)
                    Duration startupPatience) {}

    /** The right to train the model, which one of several processes has. */
    public record Lease(
            @Setting(
                            doc =
                                    "Silence after which a standby takes the model over; the broker sets bounds of its own (group.min.session.timeout.ms).",
                            otherwise = "6s",
                            min = 1000,
                            max = 300_000)
                    Duration sessionTimeout,
            @Setting(
                            doc = "Time between two points in training-metrics while standing by.",
                            otherwise = "10s",
                            min = 100)
                    Duration metricsInterval) {}

    private static final Set<String> NOT_IN_BITS =
            Set.of(
                    "cluster",
                    "batch",
                    "journal",
                    "gateways",
                    "publish",
                    "signing",
                    "recovery",
                    "lease",
                    "monitor");

    /** The specification of a new model, without canned inputs. */
    public ModelSpec spec() {
        return model.spec(threads);
    }

    /**
     * The same, knowing which device there is and what {@code model.file} holds.
     *
     * @throws InvalidModelException when the file cannot be a student
     * @throws IllegalStateException when the device cannot be used
     */
    public TrainerConfig resolved() {
        Torch.start(new TorchSettings(threads));
        Device found = trainedOn().resolved();
        TrainerConfig here = found.equals(trainedOn()) ? this : with(List.of("device=" + found));
        return here.withScript();
    }

    /**
     * The same, knowing what {@code model.file} holds: reads it, and times it when {@code
     * model.executor} is auto.
     *
     * @throws InvalidModelException when the file cannot be a student, or has not the layers that
     *     it is to be told
     */
    public TrainerConfig withScript() {
        List<String> news = new ArrayList<>();
        model.found(threads, trainedOn().placement())
                .ifPresent(script -> news.add("model.script=" + script));
        model.shapesOf(layers(), threads)
                .ifPresent(known -> news.add("hints=" + String.join(",", known)));
        return news.isEmpty() ? this : with(news);
    }

    private TrainerConfig with(List<String> news) {
        List<String> settings = new ArrayList<>();
        Configuration.effective(this).forEach((key, value) -> settings.add(key + "=" + value));
        settings.addAll(news);
        return Configuration.of(TrainerConfig.class, settings).with(cluster);
    }

    /** What the student is trained on. */
    public Device trainedOn() {
        return Device.parse(device);
    }

    /** Which pairs are learned. */
    public PairFilter filter() {
        return model.pairs();
    }

    /** Layers of the teacher that the student is told. */
    private List<Hint> layers() {
        return hints.stream().map(Hint::parse).toList();
    }

    /**
     * Reads what journal records teach this model.
     *
     * @param codec stays the caller's
     * @param bornSeed the seed that the model was born with
     */
    public PairReader pairs(RecordCodec codec, long bornSeed) {
        return new PairReader(codec, spec(), temperature, bornSeed, filter(), teachers, layers());
    }

    /**
     * Which states are written, and where. What a GPU learned cannot be learned again to the same
     * bits, so each of its versions has a state, however large.
     */
    public StateSchedule stateSchedule() {
        return new StateSchedule(
                publish.stateBytes(),
                trainedOn().isGpu() ? 1 : publish.stateEvery(),
                publish.keepStateEvery());
    }

    /** What decides the bits of learning, with the files that the configuration names. */
    public LearningSettings learning() {
        return learning(Optional.empty());
    }

    /**
     * What decides the bits of learning.
     *
     * @param student where a TorchScript student's file is, if not where the configuration says
     * @throws InvalidModelException when that file is none
     */
    public LearningSettings learning(Optional<Path> student) {
        StepSettings step =
                new StepSettings(
                        learningRate,
                        0.9,
                        0.999,
                        1e-8,
                        temperature,
                        ema,
                        optimizer,
                        loss.loss(dkd, dist),
                        layers());
        step.requireFits(spec());
        return new LearningSettings(
                spec(),
                step,
                alpha,
                shadow,
                initialWeights,
                seed,
                predictions.capacity(),
                checkpoint.feedback(),
                gate,
                student.or(() -> files().student()).map(path -> ScriptStudent.open(path, threads)),
                trainedOn().placement(),
                new AdaptationSettings(rehearsal, trust, drift, quality, teachers));
    }

    /**
     * The configuration that a lineage record tells of: what can change a bit as recorded, all else
     * at its default.
     *
     * @param bits as {@link #bits} gave them
     * @throws io.decant.pipeline.config.ConfigurationException when this release does not know them
     */
    public static TrainerConfig of(ClusterSettings cluster, Map<String, String> bits) {
        return of(cluster, bits, List.of());
    }

    /**
     * As {@link #of(ClusterSettings, Map)}, with some settings replaced.
     *
     * @param overrides {@code KEY=VALUE}, keys dotted; the last of a key counts
     */
    public static TrainerConfig of(
            ClusterSettings cluster, Map<String, String> bits, List<String> overrides) {
        List<String> settings = new ArrayList<>();
        // Only to be complete: the real cluster may have secrets, which no setting list shows.
        settings.add("cluster.bootstrap-servers=" + cluster.bootstrapServers());
        settings.add("cluster.schema-registry-url=" + cluster.schemaRegistryUrl());
        bits.forEach((key, value) -> settings.add(key + "=" + value));
        settings.addAll(overrides);
        return Configuration.of(TrainerConfig.class, settings).with(cluster);
    }

    private TrainerConfig with(ClusterSettings other) {
        return new TrainerConfig(
                other,
                model,
                initialWeights,
                init,
                seed,
                optimizer,
                learningRate,
                alpha,
                temperature,
                loss,
                dkd,
                dist,
                hints,
                ema,
                shadow,
                device,
                threads,
                batch,
                predictions,
                journal,
                checkpoint,
                gate,
                rehearsal,
                trust,
                drift,
                quality,
                teachers,
                gateways,
                publish,
                signing,
                recovery,
                lease,
                monitor);
    }

    public CheckpointPolicy policy() {
        return new CheckpointPolicy(
                publish.interval(),
                publish.pairs(),
                publish.lineageEntries(),
                publish.deadLetters());
    }

    /**
     * The effective settings that can change a bit: they stand in every state and lineage record.
     */
    public Map<String, String> bits() {
        Map<String, String> bits = new LinkedHashMap<>(Configuration.effective(this));
        bits.keySet()
                .removeIf(
                        key ->
                                key.contains(".")
                                        && NOT_IN_BITS.contains(
                                                key.substring(0, key.indexOf('.'))));
        if (!init.startsWith(WarmStart.DIGEST)) {
            // A path says nothing about what is in a file; that is known by its digest.
            bits.put("init", "");
        }
        bits.put("model.file", "");
        return bits;
    }

    /**
     * As {@link #bits()}, of a model that was born with the weights of a file.
     *
     * @param born {@link WarmStart#digest}; empty without a file
     */
    public Map<String, String> bits(String born) {
        Map<String, String> bits = bits();
        bits.put("init", born);
        return bits;
    }

    /** The files that the configuration names. */
    public LocalFiles files() {
        return new LocalFiles(
                init.isEmpty() || init.startsWith(WarmStart.DIGEST)
                        ? Optional.empty()
                        : Optional.of(Path.of(init)),
                model.path());
    }
}
