package io.decant.it.harness;

import io.decant.cli.Decant;
import io.decant.pipeline.kafka.ClusterSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A service in a process of its own, started as an operator would, with a configuration file;
 * killed without a chance to clean up. <i>Owned by the test's thread.</i>
 */
public final class ServiceProcess implements AutoCloseable {
    private final String service;
    private final Path configuration;
    private final Path log;
    private Process process;

    /**
     * Writes the configuration; starts nothing.
     *
     * @param settings {@code KEY=VALUE}, keys dotted
     */
    public ServiceProcess(
            String service, ClusterSettings cluster, List<String> settings, Path folder) {
        this.service = service;
        this.configuration = folder.resolve(service + ".yaml");
        this.log = folder.resolve(service + ".log");
        List<String> lines = new ArrayList<>();
        lines.add("cluster.bootstrap-servers: " + cluster.bootstrapServers());
        lines.add("cluster.schema-registry-url: " + cluster.schemaRegistryUrl());
        lines.add("cluster.prefix: " + cluster.prefix());
        lines.add("cluster.sample-partitions: " + cluster.samplePartitions());
        lines.add("cluster.model-partitions: " + cluster.modelPartitions());
        settings.forEach(setting -> lines.add(setting.replaceFirst("=", ": ")));
        try {
            Files.write(configuration, lines);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    public void start() {
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Decant.class.getName(),
                        service,
                        "-c",
                        configuration.toString());
        try {
            process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                            .start();
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /** {@code kill -9}. */
    public void kill() {
        process.destroyForcibly();
        try {
            process.waitFor(30, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** What the process has printed, for the message of a failed test. */
    public String log() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public void close() {
        if (isAlive()) {
            kill();
        }
    }
}
