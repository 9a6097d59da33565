package io.decant.it.harness;

import io.decant.cli.Decant;
import io.decant.pipeline.kafka.ClusterSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs commands of the command line against one installation. <i>Owned by the test's thread.</i> */
public final class Commands {
    private final Path configuration;

    /** What a command came to. */
    public record Ended(int exitCode, String out, String errors) {}

    /** Writes the file that tells commands where the cluster is. */
    public Commands(ClusterSettings cluster, Path folder) {
        configuration = folder.resolve("cluster.yaml");
        try {
            Files.write(
                    configuration,
                    List.of(
                            "cluster.bootstrap-servers: " + cluster.bootstrapServers(),
                            "cluster.schema-registry-url: " + cluster.schemaRegistryUrl(),
                            "cluster.prefix: " + cluster.prefix(),
                            "cluster.sample-partitions: " + cluster.samplePartitions(),
                            "cluster.model-partitions: " + cluster.modelPartitions()));
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /** Runs a command; where the cluster is, is added. */
    public Ended run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("-c");
        all.add(configuration.toString());
        StringWriter out = new StringWriter();
        StringWriter errors = new StringWriter();
        int exitCode =
                Decant.run(
                        new PrintWriter(out),
                        new PrintWriter(errors),
                        all.toArray(String[]::new));
        return new Ended(exitCode, out.toString(), errors.toString());
    }
}
