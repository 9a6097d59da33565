package io.decant.cli;

import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.kafka.ClusterSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * Where a cluster is; for commands that talk to one without being a service. <i>Owned by the main
 * thread.</i>
 */
final class ClusterOptions {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "File with the cluster block (YAML).")
    private Path file;

    @Option(names = "--bootstrap", paramLabel = "HOST:PORT", description = "Addresses of brokers.")
    private String bootstrap;

    @Option(
            names = "--registry",
            paramLabel = "URL",
            description = "Address of the schema registry; topics can be made without it.")
    private String registry;

    @Option(
            names = "--kafka",
            paramLabel = "KEY=VALUE",
            description =
                    "Setting for every Kafka client, as under cluster.kafka in a file; may be repeated. A secret is safer as $${env:NAME} or $${file:PATH}, in single quotes.")
    private List<String> kafka = List.of();

    ClusterSettings cluster() {
        List<String> settings = new ArrayList<>();
        kafka.forEach(setting -> settings.add("cluster.kafka." + setting));
        if (bootstrap != null) {
            settings.add("cluster.bootstrap-servers=" + bootstrap);
        }
        if (registry != null || file == null) {
            settings.add(
                    "cluster.schema-registry-url="
                            + (registry == null ? "http://localhost:8081" : registry));
        }
        ClusterFile holder =
                file == null
                        ? Configuration.of(ClusterFile.class, settings)
                        : Configuration.load(file, ClusterFile.class, settings);
        return holder.cluster();
    }
}
