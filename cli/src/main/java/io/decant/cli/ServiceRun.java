package io.decant.cli;

import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.service.Service;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/**
 * What the four service commands share: read the file, start, run until told to stop. <i>Owned by
 * the main thread.</i>
 */
final class ServiceRun {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceRun.class);

    @Option(
            names = {"-c", "--config"},
            required = true,
            paramLabel = "FILE",
            description = "Configuration file (YAML); all keys are in docs/configuration.md.")
    private Path file;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Replaces a key of the file; may be repeated.")
    private List<String> settings = List.of();

    /** Runs a service to its end; returns the exit code. */
    <C extends Record> int run(Class<C> type, Function<C, Service> start)
            throws InterruptedException {
        return untilEnded(start.apply(load(file, type, settings)));
    }

    /** Reads a configuration and logs what it comes to. */
    static <C extends Record> C load(Path file, Class<C> type, List<String> settings) {
        C configuration = Configuration.load(file, type, settings);
        Configuration.effective(configuration)
                .forEach((key, value) -> LOG.info("event=setting key={} value=\"{}\"", key, value));
        return configuration;
    }

    /** Waits until a service ends, or the process is told to stop; returns the exit code. */
    static int untilEnded(Service service) throws InterruptedException {
        Thread stopper = new Thread(service::close, "shutdown");
        Runtime.getRuntime().addShutdownHook(stopper);
        try {
            service.ended().get();
            return 0;
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            throw new CommandFailure(
                    cause.getMessage() == null ? cause.toString() : cause.getMessage(), cause);
        } finally {
            if (!stopper.isAlive()) {
                service.close();
            }
        }
    }
}
