package io.decant.pipeline.topics;

import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * What every service checks before it takes work: the broker answers, the registry answers, its
 * topics exist and are as the contract says. All problems are found before the first is reported.
 * <i>Thread-safe.</i>
 */
public final class StartupCheck {
    private StartupCheck() {}

    /**
     * Checks the cluster for a service.
     *
     * @param patience longest wait for the broker and for the registry, each
     * @throws ConfigurationException with every problem found
     */
    public static void verify(
            String service, ClusterSettings cluster, Collection<Topic> needed, Duration patience) {
        List<String> problems = new ArrayList<>();
        registryProblem(cluster, patience, problems);
        topicProblems(cluster, needed, patience, problems);
        if (!problems.isEmpty()) {
            throw new ConfigurationException(service, problems);
        }
    }

    private static void registryProblem(
            ClusterSettings cluster, Duration patience, List<String> problems) {
        String first = cluster.schemaRegistryUrl().split(",")[0].trim();
        try {
            URI address = URI.create(first.replaceAll("/+$", "") + "/schemas/types");
            if (address.getHost() == null) {
                throw new IllegalArgumentException(first);
            }
            HttpClient.newBuilder()
                    .connectTimeout(patience)
                    .build()
                    .send(
                            HttpRequest.newBuilder(address).timeout(patience).build(),
                            HttpResponse.BodyHandlers.discarding());
        } catch (IllegalArgumentException malformed) {
            problems.add(
                    "cluster.schema-registry-url is '"
                            + first
                            + "'; expected an address such as http://localhost:8081");
        } catch (IOException unreachable) {
            problems.add(
                    "the schema registry at "
                            + first
                            + " cannot be reached; start it or correct cluster.schema-registry-url");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            problems.add("interrupted while asking the schema registry");
        }
    }

    private static void topicProblems(
            ClusterSettings cluster,
            Collection<Topic> needed,
            Duration patience,
            List<String> problems) {
        Topics topics = cluster.topics();
        try (Admin admin = new Clients(cluster).admin("decant-startup-check")) {
            int millis = (int) patience.toMillis();
            admin.describeCluster(
                            new org.apache.kafka.clients.admin.DescribeClusterOptions()
                                    .timeoutMs(millis))
                    .nodes()
                    .get(millis + 1000L, TimeUnit.MILLISECONDS);
            List<String> names = needed.stream().map(topics::name).toList();
            Map<String, KafkaFuture<TopicDescription>> described =
                    admin.describeTopics(names).topicNameValues();
            Map<ConfigResource, KafkaFuture<Config>> configured =
                    admin.describeConfigs(
                                    names.stream()
                                            .map(
                                                    name ->
                                                            new ConfigResource(
                                                                    ConfigResource.Type.TOPIC,
                                                                    name))
                                            .collect(Collectors.toList()))
                            .values();
            for (Topic topic : needed) {
                topicProblem(topics, topic, described, configured, millis, problems);
            }
        } catch (ExecutionException | TimeoutException unreachable) {
            problems.add(
                    "no broker at "
                            + cluster.bootstrapServers()
                            + " answers within "
                            + patience.toSeconds()
                            + " s; start it or correct cluster.bootstrap-servers");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            problems.add("interrupted while asking the broker");
        } catch (KafkaException refused) {
            problems.add(
                    "a Kafka client cannot be made: "
                            + refused.getMessage()
                            + (refused.getCause() == null
                                    ? ""
                                    : " (" + refused.getCause().getMessage() + ")")
                            + "; check cluster.bootstrap-servers and cluster.kafka");
        }
    }

    private static void topicProblem(
            Topics topics,
            Topic topic,
            Map<String, KafkaFuture<TopicDescription>> described,
            Map<ConfigResource, KafkaFuture<Config>> configured,
            int millis,
            List<String> problems)
            throws InterruptedException, TimeoutException, ExecutionException {
        String name = topics.name(topic);
        try {
            int partitions =
                    described.get(name).get(millis, TimeUnit.MILLISECONDS).partitions().size();
            if (partitions != topics.partitions(topic)) {
                problems.add(
                        "topic "
                                + name
                                + " has "
                                + partitions
                                + " partitions; expected "
                                + topics.partitions(topic)
                                + " as "
                                + (topic.partitioning() == Topic.Partitioning.BY_SAMPLE
                                        ? "cluster.sample-partitions"
                                        : "cluster.model-partitions")
                                + " says");
            }
            String policy =
                    configured
                            .get(new ConfigResource(ConfigResource.Type.TOPIC, name))
                            .get(millis, TimeUnit.MILLISECONDS)
                            .get("cleanup.policy")
                            .value();
            if (!policy.equals(topic.cleanup().policy())) {
                problems.add(
                        "topic "
                                + name
                                + " has cleanup.policy "
                                + policy
                                + "; expected "
                                + topic.cleanup().policy());
            }
        } catch (ExecutionException failed) {
            if (!(failed.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw failed;
            }
            problems.add(
                    "topic "
                            + name
                            + " does not exist; create the topics with: decant topics create");
        }
    }
}
