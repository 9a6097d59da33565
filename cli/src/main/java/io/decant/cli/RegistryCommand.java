package io.decant.cli;

import io.decant.dev.registry.EmbeddedRegistry;
import io.decant.dev.registry.RegistrySettings;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The embedded schema registry as a process of its own, on any cluster. */
@Command(
        name = "registry",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a small schema registry with Confluent's REST API until it is stopped.",
            "Schemas stand in the cluster's compacted topic _schemas, which Confluent's registry can take over."
        },
        footer = {"", "Example: decant registry --bootstrap localhost:9092 --port 8081"})
final class RegistryCommand implements Callable<Integer> {
    @Option(
            names = "--bootstrap",
            required = true,
            paramLabel = "HOST:PORT",
            description = "Addresses of brokers.")
    private String bootstrap;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description =
                    "Address to listen on; 0.0.0.0 is every interface; default: ${DEFAULT-VALUE}.")
    private String host;

    @Option(
            names = "--port",
            paramLabel = "P",
            defaultValue = "8081",
            description = "Port to listen on; 0 takes a free one; default: ${DEFAULT-VALUE}.")
    private int port;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        RegistrySettings settings =
                RegistrySettings.defaults()
                        .withHost(host)
                        .withPort(PortOption.checked(spec, "--port", port));
        PrintWriter out = spec.commandLine().getOut();
        try (EmbeddedRegistry registry = EmbeddedRegistry.start(bootstrap, settings)) {
            StopHook.around(
                    registry::close,
                    out::println,
                    () -> {
                        out.printf("schema registry on %s:%d%n", host, registry.port());
                        out.flush();
                        // Nothing but the end of the process ends it.
                        new CountDownLatch(1).await();
                    });
        }
        return 0;
    }
}
