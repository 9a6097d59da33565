package io.decant.cli.scenario;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What to run. <i>Immutable.</i>
 *
 * @param scenario its name
 * @param dataset folder with IDX files named as MNIST's
 * @param teacher TorchScript file; empty = train one on the first half of the training files
 * @param seeds one run of the scenario each, at least one
 * @param report where to write every figure as JSON
 * @param page where to write the charts as HTML
 * @param settings {@code KEY=VALUE} for every service of every trial
 */
public record ScenarioOptions(
        String scenario,
        Path dataset,
        Optional<Path> teacher,
        List<Long> seeds,
        Asked asked,
        Optional<Path> report,
        Optional<Path> page,
        List<String> settings) {
    public ScenarioOptions {
        seeds = List.copyOf(seeds);
        settings = List.copyOf(settings);
        Scenarios.named(scenario);
        if (seeds.isEmpty() || seeds.stream().distinct().count() < seeds.size()) {
            throw new IllegalArgumentException(
                    "--seeds must be different whole numbers, at least one, was " + seeds);
        }
    }
}
