package io.decant.cli;

import io.decant.cli.demo.StackPorts;
import io.decant.dev.DevCluster;
import io.decant.dev.broker.BrokerProcess;
import io.decant.dev.broker.BrokerSettings;
import io.decant.dev.registry.RegistrySettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A broker and a registry without services, for services that run as processes of their own.
 * <i>Owned by the main thread</i>; closed from any.
 */
final class BareCluster implements AutoCloseable {
    private final BrokerProcess broker;
    private final DevCluster cluster;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private BareCluster(BrokerProcess broker, DevCluster cluster) {
        this.broker = broker;
        this.cluster = cluster;
    }

    /** Starts both on a run's folder, which need not be there yet, or hold a finished run. */
    static BareCluster start(Path folder, StackPorts ports) {
        BrokerProcess broker =
                BrokerProcess.start(
                        folder.resolve("broker"),
                        BrokerSettings.defaults()
                                .withPort(ports.broker())
                                .withSecurity(ports.secure()));
        return new BareCluster(
                broker,
                DevCluster.around(broker, RegistrySettings.defaults().withPort(ports.registry())));
    }

    /** Says where to connect, and returns when it is closed. */
    void run(PrintWriter out) throws InterruptedException {
        out.printf(
                "broker %s, schema registry %s; Ctrl-C stops both%ntry: decant topics create %s%n",
                cluster.bootstrapServers(), cluster.registryUrl(), place());
        out.flush();
        try {
            CompletableFuture.anyOf(closed, broker.ended()).get();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("neither of the two fails", impossible);
        }
        if (!closed.isDone()) {
            throw new CommandFailure(
                    "the broker's process ended by itself; its log is broker.log in its folder");
        }
    }

    private String place() {
        return cluster.users()
                .map(users -> "-c " + users.administratorFile())
                .orElseGet(
                        () ->
                                "--bootstrap "
                                        + cluster.bootstrapServers()
                                        + " --registry "
                                        + cluster.registryUrl());
    }

    @Override
    public void close() {
        closed.complete(null);
        cluster.close();
    }
}
