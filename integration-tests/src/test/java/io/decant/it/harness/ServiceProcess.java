package io.decant.it.harness;

import io.decant.cli.Decant;
import io.decant.pipeline.kafka.ClusterSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A service in a process of its own, started as an operator would, with a configuration file;
 * killed without a chance to clean up. <i>Owned by the test's thread.</i>
 */
public final class ServiceProcess implements AutoCloseable {
    private final String service;
    private final Path configuration;
    private final Path log;
    private final Map<String, String> environment;
    private final List<Path> more = new ArrayList<>();
    private final List<String> replaced = new ArrayList<>();
    private Process process;
    private boolean killed;

    /**
     * Writes the configuration; starts nothing.
     *
     * @param settings {@code KEY=VALUE}, keys dotted
     */
    public ServiceProcess(
            String service, ClusterSettings cluster, List<String> settings, Path folder) {
        this(service, cluster, settings, folder, Map.of());
    }

    /**
     * As {@link #ServiceProcess(String, ClusterSettings, List, Path)}.
     *
     * @param environment variables that the process has beside this one's
     */
    public ServiceProcess(
            String service,
            ClusterSettings cluster,
            List<String> settings,
            Path folder,
            Map<String, String> environment) {
        this.service = service;
        this.environment = Map.copyOf(environment);
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

    private ServiceProcess(String service, Path configuration, Path folder) {
        this.service = service;
        this.configuration = configuration;
        this.log = folder.resolve(service + ".log");
        this.environment = Map.of();
    }

    /**
     * With a file as it stands.
     *
     * @param replaced {@code KEY=VALUE}, each for a {@code --set}
     * @param folder where the process is started, so that the file's relative paths begin there
     */
    public static ServiceProcess withFile(
            String service, Path file, List<String> replaced, Path folder) {
        ServiceProcess process = new ServiceProcess(service, file.toAbsolutePath(), folder);
        process.replaced.addAll(replaced);
        return process;
    }

    /**
     * Adds a configuration file, as {@code decant trainer} takes several: the first one with other
     * values for some of its keys.
     */
    public ServiceProcess alsoWith(List<String> settings) {
        Path file = configuration.resolveSibling(service + "-" + (more.size() + 2) + ".yaml");
        try {
            List<String> lines = new ArrayList<>(Files.readAllLines(configuration));
            for (String setting : settings) {
                String line = setting.replaceFirst("=", ": ");
                lines.removeIf(old -> old.startsWith(line.substring(0, line.indexOf(' '))));
                lines.add(line);
            }
            Files.write(file, lines);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
        more.add(file);
        return this;
    }

    public void start() {
        List<String> command =
                new ArrayList<>(
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
                                configuration.toString()));
        more.forEach(file -> command.addAll(List.of("-c", file.toString())));
        replaced.forEach(setting -> command.addAll(List.of("--set", setting)));
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .directory(log.getParent().toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().put("DECANT_LOG_LEVEL", "INFO");
            builder.environment().putAll(environment);
            process = builder.start();
            killed = false;
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /** {@code kill -9}. */
    public void kill() {
        killed = true;
        process.destroyForcibly();
        try {
            process.waitFor(30, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * {@code kill -TERM}, as a supervisor stops a service.
     *
     * @return how long it took to end
     * @throws IllegalStateException if it has not ended by then
     */
    public Duration terminate(Duration atMost) {
        killed = true;
        Instant told = Instant.now();
        process.destroy();
        try {
            if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException(
                        this + " has not ended " + atMost.toSeconds() + " s after SIGTERM");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return Duration.between(told, Instant.now());
    }

    /** Of the newest start. */
    public long pid() {
        return process.pid();
    }

    /** Whether the newest life was ended by {@link #kill}. */
    public boolean wasKilled() {
        return killed;
    }

    /** {@code kill -STOP}: it keeps its memory and its sockets, and does nothing. */
    public void freeze() {
        signal("-STOP");
    }

    /** {@code kill -CONT}: it goes on as if no time had passed. */
    public void wake() {
        signal("-CONT");
    }

    private void signal(String name) {
        try {
            int exitCode =
                    new ProcessBuilder("kill", name, Long.toString(process.pid()))
                            .start()
                            .waitFor();
            if (exitCode != 0) {
                throw new IllegalStateException("kill " + name + " ended with " + exitCode);
            }
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
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
    public String toString() {
        return service + " " + log.getParent().getFileName();
    }

    @Override
    public void close() {
        if (isAlive()) {
            kill();
        }
    }
}
