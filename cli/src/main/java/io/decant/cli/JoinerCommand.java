package io.decant.cli;

import io.decant.trainer.join.JoinerConfig;
import io.decant.trainer.join.JoinerService;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs one service: the joiner. */
@Command(
        name = "joiner",
        mixinStandardHelpOptions = true,
        description = "Joins samples, soft targets and labels into the training journal.",
        footer = {"", "Example: decant joiner -c joiner.yaml"})
final class JoinerCommand implements Callable<Integer> {
    @Mixin private ServiceRun run;

    @Override
    public Integer call() throws InterruptedException {
        return run.run(
                JoinerConfig.class,
                configuration -> JoinerService.start(configuration, InstantSource.system()));
    }
}
