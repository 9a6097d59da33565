package io.decant.pipeline.topics;

import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.source.SourceCheck;
import io.decant.serde.RegistryCheck;
import io.decant.topics.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * What every service checks before it takes work: the registry answers and accepts our schemas, the
 * broker answers, and the topics are as the contract says. All problems are found before the first
 * is reported. <i>Thread-safe: no state.</i>
 */
public final class StartupCheck {
    private static final String REGISTRY_KEY = "schema.registry.url";

    private StartupCheck() {}

    /**
     * Checks the cluster for a service.
     *
     * @param service what the message begins with
     * @param patience longest wait for the broker and for the registry, each; positive
     * @throws ConfigurationException with every problem found
     */
    public static void verify(
            String service, ClusterSettings cluster, Collection<Topic> needed, Duration patience) {
        verify(service, cluster, SourceCheck.OWN, needed, patience);
    }

    /**
     * Checks the cluster for a service whose samples or labels may be mapped.
     *
     * @param source checks the mapped topics instead of Decant's own
     */
    public static void verify(
            String service,
            ClusterSettings cluster,
            SourceCheck source,
            Collection<Topic> needed,
            Duration patience) {
        List<String> problems = new ArrayList<>();
        RegistryCheck.problems(RecordCodec.properties(cluster), cluster.topics(), needed, patience)
                // The serializers' key for it is not the one in our files.
                .forEach(p -> problems.add(p.replace(REGISTRY_KEY, "cluster.schema-registry-url")));
        problems.addAll(brokerProblems(cluster, source, needed, patience));
        if (!problems.isEmpty()) {
            throw new ConfigurationException(service, problems);
        }
    }

    private static List<String> brokerProblems(
            ClusterSettings cluster,
            SourceCheck source,
            Collection<Topic> needed,
            Duration patience) {
        try (Admin admin = new Clients(cluster).admin("startup-check")) {
            List<String> problems = new ArrayList<>();
            problems.addAll(
                    TopicCheck.problems(
                            admin, cluster.topics(), source.settings().own(needed), patience));
            problems.addAll(source.problems(admin, cluster, needed, patience));
            return problems;
        } catch (ExecutionException failed) {
            String what =
                    failed.getCause() instanceof TimeoutException
                            ? "does not answer within " + patience.toMillis() + " ms; start it"
                            : "refuses us ("
                                    + failed.getCause().getMessage()
                                    + "); check cluster.kafka";
            return List.of(
                    "the broker at "
                            + cluster.bootstrapServers()
                            + " "
                            + what
                            + " or correct cluster.bootstrap-servers");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return List.of("interrupted while asking the broker");
        } catch (KafkaException refused) {
            String reason = refused.getCause() == null ? "" : refused.getCause().getMessage();
            return List.of(
                    "a Kafka client cannot be made: "
                            + refused.getMessage()
                            + (reason.isEmpty() ? "" : " (" + reason + ")")
                            + "; check cluster.bootstrap-servers and cluster.kafka");
        }
    }
}
