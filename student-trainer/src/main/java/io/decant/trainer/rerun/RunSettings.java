package io.decant.trainer.rerun;

import io.decant.model.spec.InputSpec;
import io.decant.model.spec.Mlp;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.ModelSpecJson;
import io.decant.model.spec.TorchScript;
import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.Lineage;
import io.decant.trainer.TrainerConfig;
import io.decant.trainer.learn.SampleKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The settings of a new run: the live model's as its lineage tells, and on top what was asked for.
 * <i>Owned by one thread.</i>
 */
final class RunSettings {
    /**
     * A version of a new run holds what many live ones held, so a share of its weights would lag
     * far behind.
     */
    private static final String ALL_WEIGHTS = "checkpoint.delta-share=1";

    private static final String EXCLUDE = "model.exclude";
    private static final String SCRIPT = "model.script";
    private static final String FILE = "model.file=";

    /** Keys, or beginnings of keys, that a new run has no use for or sets by other means. */
    private static final List<List<String>> NOT_HERE =
            List.of(
                    List.of("cluster.", "the cluster is the one that is replayed from"),
                    List.of("batch.", "batches close where lineage says, not by time"),
                    List.of("journal.", "what is read is said by --from and --to"),
                    List.of("model.name", "the new model's name is said by --as"),
                    List.of(EXCLUDE, "what is left out is said by --exclude"));

    private final ClusterSettings cluster;
    private final String as;
    private final List<String> overrides = new ArrayList<>();
    private final Set<SampleKey> exclude;

    /** What the student's file holds: it is looked at and timed once. */
    private Optional<String> script = Optional.empty();

    /**
     * Checks what was asked for.
     *
     * @throws ConfigurationException when a setting is not for a new run
     */
    RunSettings(ClusterSettings cluster, RunRequest request) {
        this.cluster = cluster;
        this.as = request.as();
        this.exclude = request.exclude();
        List<String> problems = new ArrayList<>();
        for (String setting : request.settings()) {
            NOT_HERE.stream()
                    .filter(rule -> setting.startsWith(rule.get(0)))
                    .forEach(
                            rule ->
                                    problems.add(
                                            "'"
                                                    + setting
                                                    + "' has no effect on a new run: "
                                                    + rule.get(1)));
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException("--set", problems);
        }
        overrides.add(ALL_WEIGHTS);
        request.spec().ifPresent(spec -> overrides.addAll(settings(spec)));
        if (request.settings().stream().anyMatch(setting -> setting.startsWith(FILE))) {
            // The file says what it holds; what the live model's held does not count.
            overrides.add(SCRIPT + "=");
        }
        overrides.addAll(request.settings());
    }

    private static List<String> settings(ModelSpec spec) {
        InputSpec input = spec.input();
        List<String> settings = new ArrayList<>();
        if (spec.architecture() instanceof TorchScript script) {
            settings.add(SCRIPT + "=" + ModelSpecJson.writeScript(script));
        } else {
            Mlp mlp = spec.mlp();
            settings.add(SCRIPT + "=");
            settings.add("model.dims=" + joined(mlp.dims()));
            settings.add("model.bias=" + mlp.bias());
            settings.add("model.activation=" + mlp.activation());
        }
        settings.addAll(
                List.of(
                        "model.precision=" + spec.precision().text(),
                        "model.input.dtype=" + input.dtype().text(),
                        "model.input.shape=" + joined(input.shape()),
                        "model.input.scale=" + input.scale(),
                        "model.input.mean=" + input.mean(),
                        "model.input.sd=" + input.sd(),
                        "threads=" + spec.threads()));
        return settings;
    }

    private static String joined(List<Integer> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /**
     * The trainer's configuration while it learns what a live version took in.
     *
     * @throws ConfigurationException when what was asked for is unknown or cannot be
     */
    TrainerConfig during(Lineage live) {
        List<String> all = new ArrayList<>();
        // The live model was born with it; the configuration may name another by now.
        all.add("seed=" + live.getSeed());
        all.addAll(overrides);
        all.add("model.name=" + as);
        all.add(EXCLUDE + "=" + excluded(live));
        script.ifPresent(found -> all.add(SCRIPT + "=" + found));
        TrainerConfig config = TrainerConfig.of(cluster, live.getConfiguration(), all);
        try {
            config.trainedOn().requireUsable();
            config = config.withScript();
            if (script.isEmpty()) {
                config.learning();
            }
            if (!config.model().script().isEmpty()) {
                script = Optional.of(config.model().script());
            }
        } catch (RuntimeException refused) {
            // Records of the model's module refuse bad values with a sentence of their own.
            throw new ConfigurationException(
                    "the new run", List.of(String.valueOf(refused.getMessage())));
        }
        return config;
    }

    /** What the live model leaves out already stays out. */
    private String excluded(Lineage live) {
        Set<String> keys = new TreeSet<>();
        exclude.forEach(key -> keys.add(key.text()));
        Arrays.stream(live.getConfiguration().getOrDefault(EXCLUDE, "").split(","))
                .filter(key -> !key.isEmpty())
                .forEach(keys::add);
        return String.join(",", keys);
    }
}
