package io.decant.pipeline.topics;

import io.decant.pipeline.access.Refusals;
import io.decant.pipeline.access.Role;
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
import java.util.Map;
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
    /** The serializers' keys are not those of our files. */
    private static final Map<String, String> KEYS_IN_FILES =
            Map.of(
                    "schema.registry.url", "cluster.schema-registry-url",
                    "schema.registry.ssl.", "cluster.kafka.schema.registry.ssl.",
                    "basic.auth.user.info", "cluster.kafka.basic.auth.user.info",
                    "bearer.auth.", "cluster.kafka.bearer.auth.");

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
                .forEach(problem -> problems.add(withKeysInFiles(problem)));
        problems.addAll(brokerProblems(service, cluster, source, needed, patience));
        if (!problems.isEmpty()) {
            throw new ConfigurationException(service, problems);
        }
    }

    private static String unanswered(
            ClusterSettings cluster, ExecutionException failed, Duration patience) {
        boolean silent = failed.getCause() instanceof TimeoutException;
        boolean open = !cluster.kafka().containsKey("security.protocol");
        return "the broker at "
                + cluster.bootstrapServers()
                + (silent
                        ? " does not answer within " + patience.toMillis() + " ms; start it"
                        : " refuses us ("
                                + failed.getCause().getMessage()
                                + "); check cluster.kafka")
                + " or correct cluster.bootstrap-servers"
                + (silent && open
                        ? ", or set cluster.kafka.security.protocol if it wants TLS or a password"
                        : "");
    }

    private static String withKeysInFiles(String problem) {
        String text = problem;
        for (Map.Entry<String, String> key : KEYS_IN_FILES.entrySet()) {
            text = text.replace(key.getKey(), key.getValue());
        }
        return text;
    }

    private static List<String> brokerProblems(
            String service,
            ClusterSettings cluster,
            SourceCheck source,
            Collection<Topic> needed,
            Duration patience) {
        Refusals refusals = Refusals.of(cluster, Role.ofService(service));
        try (Admin admin = new Clients(cluster).admin("startup-check")) {
            List<String> problems = new ArrayList<>();
            problems.addAll(
                    TopicCheck.problems(
                            admin,
                            cluster.topics(),
                            source.settings().own(needed),
                            refusals,
                            patience));
            problems.addAll(source.problems(admin, cluster, needed, patience));
            return problems;
        } catch (ExecutionException failed) {
            return List.of(
                    refusals.sentence(failed)
                            .orElseGet(() -> unanswered(cluster, failed, patience)));
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
