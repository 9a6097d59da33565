package io.decant.cli;

import io.decant.cli.demo.DemoOptions;
import io.decant.cli.demo.StackPorts;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The demo's stack, kept running; or a broker and a registry alone. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description =
                "As demo, but the stack keeps running when the stream has ended, until Ctrl-C. The same command starts it again on its folder.",
        footer = {
            "",
            "Example: decant up --data-dir my-run",
            "For services of their own: decant up --cluster-only --broker-port 9092 --registry-port 8081 --data-dir my-cluster"
        })
final class UpCommand implements Callable<Integer> {
    @Mixin private DemoFlags flags;

    @Option(
            names = "--broker-port",
            paramLabel = "P",
            defaultValue = "0",
            description = "Port of the broker on 127.0.0.1; default: a free one.")
    private int brokerPort;

    @Option(
            names = "--registry-port",
            paramLabel = "P",
            defaultValue = "0",
            description = "Port of the schema registry on 127.0.0.1; default: a free one.")
    private int registryPort;

    @Option(
            names = "--cluster-only",
            description =
                    "Start only the broker and the registry: no topics, no services, no stream.")
    private boolean clusterOnly;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        StackPorts ports =
                new StackPorts(
                        PortOption.checked(spec, "--broker-port", brokerPort),
                        PortOption.checked(spec, "--registry-port", registryPort),
                        flags.secure());
        DemoOptions options = flags.options();
        return clusterOnly ? cluster(options, ports) : DemoCommand.stay(options, ports);
    }

    private int cluster(DemoOptions options, StackPorts ports) throws InterruptedException {
        Path folder =
                options.dataDir()
                        .orElseThrow(
                                () ->
                                        new CommandLine.ParameterException(
                                                spec.commandLine(),
                                                "--cluster-only needs --data-dir: the folder that holds the topics."));
        PrintWriter out = spec.commandLine().getOut();
        try (BareCluster cluster = BareCluster.start(folder, ports)) {
            StopHook.around(cluster::close, out::println, () -> cluster.run(out));
            return 0;
        }
    }
}
