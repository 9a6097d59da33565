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
        C configuration = Configuration.load(file, type, settings);
        Configuration.effective(configuration)
                .forEach((key, value) -> LOG.info("event=setting key={} value=\"{}\"", key, value));
        Service service = start.apply(configuration);
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
