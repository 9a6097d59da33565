package io.decant.teacher;

import io.decant.follower.FollowSettings;
import io.decant.follower.ModelName;
import io.decant.model.teacher.TeacherModel;
import io.decant.pipeline.config.Setting;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.monitor.MonitorSettings;
import io.decant.pipeline.record.SampledPayload;
import io.decant.pipeline.source.SourceSettings;
import io.decant.teacher.answer.AnswerEncoding;
import io.decant.teacher.answer.EncodingChoice;
import io.decant.teacher.answer.HintWriter;
import io.decant.teacher.budget.BudgetPolicy;
import io.decant.teacher.budget.BudgetSettings;
import io.decant.teacher.budget.LadderSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The configuration of one teacher process. <i>Immutable.</i> */
public record TeacherConfig(
        ClusterSettings cluster,
        SourceSettings source,
        Teacher teacher,
        @Setting(
                        doc = "Temperature that the logits are divided by; 1 = none.",
                        otherwise = "3",
                        min = 0.01,
                        max = 1000)
                double temperature,
        @Setting(
                        doc =
                                "How answers are written; auto = i8 up to 4096 classes, topk up to 65536, else f32. Sampled answers teach only trainers of the same temperature.",
                        otherwise = "auto")
                EncodingChoice encoding,
        @Setting(
                        doc = "Likeliest classes that a topk answer holds one by one.",
                        otherwise = "50",
                        min = 1,
                        max = 4096)
                int topK,
        @Setting(
                        doc = "Draws of a sampled answer.",
                        otherwise = "50",
                        min = 1,
                        max = SampledPayload.MAX_DRAWS)
                int draws,
        Hints hints,
        Batch batch,
        Commit commit,
        BudgetSettings budget,
        LadderSettings ladder,
        FollowSettings follow,
        @Setting(
                        doc =
                                "Number of this process among those of the same teacher; each slot runs once, a second one takes it over.",
                        otherwise = "0",
                        min = 0,
                        max = 9999)
                int slot,
        @Setting(
                        doc = "Longest life of an open transaction whose writer died.",
                        otherwise = "10s",
                        min = 2_000,
                        max = 60_000)
                Duration transactionTimeout,
        @Setting(
                        doc =
                                "Silence after which the group gives a member's partitions to others.",
                        otherwise = "6s",
                        min = 1_000,
                        max = 300_000)
                Duration sessionTimeout,
        @Setting(
                        doc = "Where the group begins in samples when it has never committed.",
                        otherwise = "earliest")
                StartPosition start,
        Retry retry,
        @Setting(
                        doc =
                                "Longest wait for the broker, the registry and the topics at start, each.",
                        otherwise = "10s",
                        min = 100,
                        max = 600_000)
                Duration startupPatience,
        @Setting(
                        doc = "Longest wait for the last batch and its commit when stopped.",
                        otherwise = "10s",
                        min = 100,
                        max = 600_000)
                Duration stopPatience,
        @Setting(
                        doc =
                                "Threads of one libtorch operation; all services in one process need the same.",
                        otherwise = "1",
                        min = 1,
                        max = 256)
                int threads,
        MonitorSettings monitor) {
    /** Transactions that outlive this many commit intervals only when something is broken. */
    private static final int COMMITS_PER_TIMEOUT = 4;

    public TeacherConfig {
        if (transactionTimeout.compareTo(commit.interval().multipliedBy(COMMITS_PER_TIMEOUT)) < 0) {
            throw new IllegalArgumentException(
                    "transaction-timeout must be at least "
                            + COMMITS_PER_TIMEOUT
                            + " times commit.interval, was "
                            + transactionTimeout.toMillis()
                            + "ms for "
                            + commit.interval().toMillis()
                            + "ms");
        }
        if (teacher.model().isPresent() && !hints.layers().isEmpty()) {
            throw new IllegalArgumentException(
                    "hints.layers is set, and the teacher is model "
                            + teacher.model().get()
                            + " of the registry, which gives no layers; leave them out, or take a teacher.file that gives them");
        }
        if (budget.policy() == BudgetPolicy.ADAPTIVE && budget.model().equals(teacher.model())) {
            throw new IllegalArgumentException(
                    "budget.policy is adaptive, and budget.model and teacher.model are both "
                            + teacher.model().orElseThrow()
                            + "; a model always agrees with itself, so take policy random or margin");
        }
        budget.model().ifPresent(name -> ModelName.check("budget.model", name));
        teacher.model().ifPresent(name -> ModelName.check("teacher.model", name));
        if (budget.model().isPresent() || teacher.model().isPresent()) {
            follow.check("follow");
        }
    }

    /** The models that are followed: the student for its opinion, and one that is the teacher. */
    public Set<String> followedModels() {
        Set<String> models = new TreeSet<>();
        budget.model().ifPresent(models::add);
        teacher.model().ifPresent(models::add);
        return models;
    }

    /** Who answers. <i>Immutable.</i> */
    public record Teacher(
            @Setting(
                            doc =
                                    "Name of the teacher: 1 to 100 letters, digits, dots, hyphens or underscores. All processes that share its work have the same.",
                            otherwise = "teacher")
                    String id,
            @Setting(
                            doc =
                                    "The teacher's TorchScript file, [B, ...] in, logits [B, C] out. This or teacher.model.",
                            otherwise = "")
                    Optional<Path> file,
            @Setting(
                            doc =
                                    "Name of a model in the registry whose live version is the teacher: the model that is taught (self-distillation) or another one (mutual learning). This or teacher.file.",
                            otherwise = "")
                    Optional<String> model,
            InputSettings input,
            Reload reload) {
        private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,100}");

        public Teacher {
            if (!ID.matcher(id).matches()) {
                throw new IllegalArgumentException(
                        "id must be 1 to 100 letters, digits, dots, hyphens or underscores, was '"
                                + id
                                + "'");
            }
            if (file.isPresent() == model.isPresent()) {
                throw new IllegalArgumentException(
                        file.isPresent()
                                ? "file and model are both set; a teacher is a file or a model of the registry"
                                : "file is missing; name the teacher's TorchScript file, or a model of the registry by model");
            }
        }
    }

    /** How a new file under the teacher's name is noticed. <i>Immutable.</i> */
    public record Reload(
            @Setting(
                            doc =
                                    "Time between two looks at the file; a new one takes over when it looked the same twice. 0 = never look.",
                            otherwise = "5s",
                            min = 0,
                            max = 3_600_000)
                    Duration check) {}

    /** What answers hold besides logits. <i>Immutable.</i> */
    public record Hints(
            @Setting(
                            doc =
                                    "Layers that answers hold too, for students that are told more; the teacher's file must give them by forward_with_hints.",
                            otherwise = "")
                    List<String> layers,
            @Setting(
                            doc =
                                    "Greatest size of an answer's hints, bytes; each number takes two. A teacher whose layers need more is refused.",
                            otherwise = "16384",
                            min = 1,
                            max = 900_000)
                    int maxBytes) {
        private static final Pattern LAYER = Pattern.compile("[A-Za-z0-9._-]{1,100}");

        public Hints {
            layers = List.copyOf(layers);
            for (String layer : layers) {
                if (!LAYER.matcher(layer).matches()) {
                    throw new IllegalArgumentException(
                            "layers must be names of 1 to 100 letters, digits, dots, hyphens or underscores, was '"
                                    + layer
                                    + "'");
                }
            }
        }

        /**
         * Checks that a teacher's layers are not too large.
         *
         * @throws IllegalArgumentException when they are
         */
        void requireFits(TeacherModel teacher) {
            int bytes = HintWriter.bytes(teacher.layers());
            if (bytes > maxBytes) {
                throw new IllegalArgumentException(
                        "hints.max-bytes is "
                                + maxBytes
                                + ", and the layers "
                                + layers
                                + " need "
                                + bytes
                                + " in each answer: name fewer, let the file give smaller ones, or raise it");
            }
        }
    }

    /** Where a group begins that has never committed. */
    public enum StartPosition {
        EARLIEST,
        LATEST
    }

    /** When a micro-batch is scored. <i>Immutable.</i> */
    public record Batch(
            @Setting(
                            doc = "Greatest number of samples in one call of the teacher.",
                            otherwise = "256",
                            min = 1,
                            max = 65_536)
                    int size,
            @Setting(
                            doc = "Longest wait of a sample for its batch to fill.",
                            otherwise = "10ms",
                            min = 0,
                            max = 60_000)
                    Duration linger) {}

    /** When a transaction is committed. <i>Immutable.</i> */
    public record Commit(
            @Setting(
                            doc = "Longest life of a transaction before it is committed.",
                            otherwise = "100ms",
                            min = 1,
                            max = 10_000)
                    Duration interval,
            @Setting(
                            doc = "Greatest number of samples in one transaction.",
                            otherwise = "8192",
                            min = 1,
                            max = 1_000_000)
                    int maxSamples) {}

    /** What is tried when Kafka or the registry fails. <i>Immutable.</i> */
    public record Retry(
            @Setting(
                            doc =
                                    "Attempts to begin again after a failure, without a commit in between, before the service stops.",
                            otherwise = "5",
                            min = 0,
                            max = 1000)
                    int attempts,
            @Setting(
                            doc =
                                    "Wait before the first attempt, doubled for each further one, 30 s at most.",
                            otherwise = "2s",
                            min = 1,
                            max = 30_000)
                    Duration backoff,
            @Setting(
                            doc =
                                    "How long failures are borne while the broker or the registry is away, without a commit in between; they are no attempts.",
                            otherwise = "10m",
                            min = 0)
                    Duration outagePatience) {}

    /** How answers are written. */
    public AnswerEncoding answers() {
        return new AnswerEncoding(encoding, topK, draws);
    }

    /** The consumer group that shares the teacher's work. */
    public String group() {
        return cluster.prefix() + "teacher-" + teacher.id();
    }

    /** Names the slot to Kafka: its transactions and its place in the group. */
    public String transactionalId() {
        return group() + "-" + slot;
    }
}
