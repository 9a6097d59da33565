package io.decant.dev.broker;

import io.decant.dev.DevStackException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker of {@link EmbeddedBroker} in a JVM of its own, so that its compiler threads and
 * garbage do not disturb the services, and so that a test can kill it. It uses this JVM's class
 * path, logs to {@code broker.log} in its folder and never outlives this process.
 *
 * <p>Failure mode: {@link DevStackException} at start, with the child's reason or the last lines of
 * its log. Nothing is left running then.
 *
 * <p><em>Thread-safe.</em>
 */
public final class BrokerProcess implements DevBroker {
    /** After a kill the broker waits up to 6 s for its own dead session, on top of the start. */
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final int LOG_TAIL_BYTES = 2_000;

    /** A short start matters more than peak speed: C1 only, and a collector without threads. */
    private static final List<String> JVM_FLAGS =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx384m");

    private static final Logger LOG = LoggerFactory.getLogger(BrokerProcess.class);

    private final Process process;
    private final int port;
    private final Optional<BrokerSecurity> security;

    private BrokerProcess(Process process, int port, Optional<BrokerSecurity> security) {
        this.process = process;
        this.port = port;
        this.security = security;
    }

    /**
     * Starts the child on a folder; returns when its broker takes requests.
     *
     * @param folder made and formatted when new, else continued; also after a kill
     * @throws DevStackException when it does not start in time; the message names the cause
     */
    public static BrokerProcess start(Path folder, BrokerSettings settings) {
        Path log = folder.resolve("broker.log");
        Process process;
        // The child finds it in the folder: no password is in its arguments.
        Optional<BrokerSecurity> security =
                BrokerSecurity.of(new BrokerFolder(folder.toAbsolutePath().normalize()), settings);
        try {
            Files.createDirectories(folder);
            process =
                    new ProcessBuilder(command(folder, log, settings))
                            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                            .start();
        } catch (IOException failed) {
            throw new DevStackException(
                    "cannot start the broker's process with data folder %s: %s"
                            .formatted(folder, failed),
                    failed);
        }
        try {
            int port = readyPort(process, log);
            LOG.info("broker process started, pid={} port={}", process.pid(), port);
            return new BrokerProcess(process, port, security);
        } catch (RuntimeException failed) {
            process.destroyForcibly();
            throw failed;
        }
    }

    private static List<String> command(Path folder, Path log, BrokerSettings settings) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_FLAGS);
        command.add("-Dlogback.configurationFile=broker-logback.xml");
        command.add("-Ddecant.broker.log=" + log);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(BrokerMain.class.getName());
        command.add(folder.toString());
        command.add(String.valueOf(settings.port()));
        command.add(String.valueOf(settings.controllerPort()));
        settings.properties().forEach((key, value) -> command.add(key + "=" + value));
        return command;
    }

    private static int readyPort(Process process, Path log) {
        CompletableFuture<String> firstLine = new CompletableFuture<>();
        Thread reader = new Thread(() -> readFirstLine(process, firstLine), "broker-handshake");
        reader.setDaemon(true);
        reader.start();
        String line;
        try {
            line = firstLine.get(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new DevStackException(
                    "the broker's process was not ready within "
                            + START_LIMIT.toSeconds()
                            + " s"
                            + logTail(log),
                    late);
        } catch (ExecutionException failed) {
            throw new DevStackException(
                    "the broker's process could not be heard" + logTail(log), failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new DevStackException("interrupted while the broker started", interrupted);
        }
        if (line.startsWith(BrokerMain.READY)) {
            return Integer.parseInt(line.substring(BrokerMain.READY.length()));
        }
        if (line.startsWith(BrokerMain.FAILED)) {
            throw new DevStackException(line.substring(BrokerMain.FAILED.length()) + logTail(log));
        }
        throw new DevStackException("the broker's process ended at once" + logTail(log));
    }

    /** Completes with the first line of the child's output; empty when it ended without one. */
    private static void readFirstLine(Process process, CompletableFuture<String> firstLine) {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            String line = output.readLine();
            firstLine.complete(line == null ? "" : line);
        } catch (IOException failed) {
            firstLine.completeExceptionally(failed);
        }
    }

    private static String logTail(Path log) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            byte[] tail = new byte[(int) Math.min(LOG_TAIL_BYTES, file.length())];
            file.seek(file.length() - tail.length);
            file.readFully(tail);
            return "; the end of " + log + ":\n" + new String(tail, StandardCharsets.UTF_8);
        } catch (IOException noLog) {
            return "; there is no log at " + log;
        }
    }

    @Override
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public Optional<BrokerSecurity> security() {
        return security;
    }

    /** Completes when the child has ended, whatever ended it. */
    public CompletableFuture<?> ended() {
        return process.onExit();
    }

    /** Whether the child runs; a broker ends by itself when it cannot write its records. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends the child at once, as a power cut would; its folder can be started again. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Asks the child to stop, waits, and kills it when it takes more than 30 s. */
    @Override
    public void close() {
        if (!process.isAlive()) {
            return;
        }
        try {
            process.getOutputStream().close();
        } catch (IOException alreadyGone) {
            LOG.debug("the broker's process ended by itself", alreadyGone);
        }
        if (!awaitEnd()) {
            LOG.warn("broker process {} did not stop in {}, killing it", process.pid(), STOP_LIMIT);
            process.destroyForcibly();
        }
    }

    private boolean awaitEnd() {
        try {
            return process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
