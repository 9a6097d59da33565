package io.decant.cli;

import io.decant.gateway.GatewayConfig;
import io.decant.gateway.GatewayService;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs one service: the gateway. */
@Command(
        name = "gateway",
        mixinStandardHelpOptions = true,
        description = "Serves the live checkpoint over HTTP and reloads without failing a request.",
        footer = {"", "Example: decant gateway -c gateway.yaml"})
final class GatewayCommand implements Callable<Integer> {
    @Mixin private ServiceRun run;

    @Override
    public Integer call() throws InterruptedException {
        return run.run(
                GatewayConfig.class,
                configuration -> GatewayService.start(configuration, InstantSource.system()));
    }
}
