package io.decant.cli;

import io.decant.console.Console;
import io.decant.trainer.TrainerConfig;
import io.decant.trainer.TrainerGroup;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs one service: the trainer, of one model or of several. */
@Command(
        name = "trainer",
        mixinStandardHelpOptions = true,
        description = {
            "Learns from the journal and publishes checkpoints.",
            "Each model has one trainer at a time: a second process with the same file stands by."
        },
        footer = {
            "",
            "Example: decant trainer -c trainer.yaml",
            "Several models: decant trainer -c small.yaml -c large.yaml"
        })
final class TrainerCommand implements Callable<Integer> {
    @Option(
            names = {"-c", "--config"},
            required = true,
            paramLabel = "FILE",
            description =
                    "Configuration file (YAML) of a model, may be repeated; all keys are in docs/configuration.md.")
    private List<Path> files;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Replaces a key of each file; may be repeated.")
    private List<String> settings = List.of();

    @Option(
            names = "--accept-gap",
            description =
                    "Go on when part of the journal was lost before it was learned; lineage records the gap.")
    private boolean acceptGap;

    @Override
    public Integer call() throws InterruptedException {
        List<String> all = new ArrayList<>(settings);
        if (acceptGap) {
            all.add("journal.accept-gap=true");
        }
        List<TrainerConfig> configs =
                files.stream()
                        .map(file -> ServiceRun.load(file, TrainerConfig.class, all))
                        .toList();
        InstantSource clock = InstantSource.system();
        List<Console> consoles = new ArrayList<>();
        try {
            for (TrainerConfig config : configs) {
                ConsoleRun.start(config.cluster(), config.console(), clock)
                        .ifPresent(consoles::add);
            }
            return ServiceRun.untilEnded(TrainerGroup.start(configs, clock));
        } finally {
            consoles.forEach(Console::close);
        }
    }
}
