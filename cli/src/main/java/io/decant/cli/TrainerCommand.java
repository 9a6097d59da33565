package io.decant.cli;

import io.decant.trainer.TrainerConfig;
import io.decant.trainer.TrainerService;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs one service: the trainer. */
@Command(
        name = "trainer",
        mixinStandardHelpOptions = true,
        description = "Learns from the journal and publishes checkpoints.",
        footer = {"", "Example: decant trainer -c trainer.yaml"})
final class TrainerCommand implements Callable<Integer> {
    @Mixin private ServiceRun run;

    @Override
    public Integer call() throws InterruptedException {
        return run.run(
                TrainerConfig.class,
                configuration -> TrainerService.start(configuration, InstantSource.system()));
    }
}
