package io.decant.pipeline.topics;

import io.decant.pipeline.access.Refusals;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Compares the broker's topics with the contract. <i>Thread-safe: no state.</i> */
public final class TopicCheck {
    private TopicCheck() {}

    /**
     * What is wrong with the topics; empty when nothing is. Also which rights the role lacks: the
     * broker tells them with the description.
     *
     * @param refusals knows whose rights are looked at, and words it when the broker refuses
     * @param patience longest wait for each of the two questions, which are asked together
     * @throws ExecutionException if the broker does not answer in time, or refuses
     */
    static List<String> problems(
            Admin admin,
            Topics topics,
            Collection<Topic> needed,
            Refusals refusals,
            Duration patience)
            throws ExecutionException, InterruptedException {
        int millis = (int) Math.min(Integer.MAX_VALUE, patience.toMillis());
        Map<String, KafkaFuture<TopicDescription>> descriptions =
                admin.describeTopics(
                                needed.stream().map(topics::name).toList(),
                                new DescribeTopicsOptions()
                                        .timeoutMs(millis)
                                        .includeAuthorizedOperations(true))
                        .topicNameValues();
        Map<ConfigResource, KafkaFuture<Config>> configurations =
                admin.describeConfigs(
                                needed.stream().map(topic -> resource(topics, topic)).toList(),
                                new DescribeConfigsOptions().timeoutMs(millis))
                        .values();
        List<String> problems = new ArrayList<>();
        for (Topic topic : needed) {
            String name = topics.name(topic);
            try {
                Optional<TopicDescription> description = ifThere(descriptions.get(name));
                Set<AclOperation> missing =
                        description.map(found -> missing(found, topics, refusals)).orElse(Set.of());
                if (missing.isEmpty()) {
                    Optional<Config> configuration =
                            ifThere(configurations.get(resource(topics, topic)));
                    problems.addAll(problems(topics, topic, description, configuration));
                } else {
                    problems.add(refusals.missing(name, missing));
                }
            } catch (TopicAuthorizationException hidden) {
                problems.add(refusals.missing(name, Set.of(AclOperation.DESCRIBE)));
            }
        }
        return problems;
    }

    /** The rights that are needed and not there; none when the broker does not tell. */
    private static Set<AclOperation> missing(
            TopicDescription topic, Topics topics, Refusals refusals) {
        Set<AclOperation> missing = refusals.needed(topics, topic.name());
        Set<AclOperation> there = topic.authorizedOperations();
        missing.removeAll(there == null ? Set.copyOf(missing) : there);
        return missing;
    }

    private static List<String> problems(
            Topics topics,
            Topic topic,
            Optional<TopicDescription> description,
            Optional<Config> configuration) {
        if (description.isEmpty() || configuration.isEmpty()) {
            return List.of(missing(topics, topic));
        }
        return differences(
                topics,
                topic,
                description.get().partitions().size(),
                configuration.get().get("cleanup.policy").value());
    }

    /** What is said of a topic that is not there. Pure. */
    public static String missing(Topics topics, Topic topic) {
        return "topic "
                + topics.name(topic)
                + " does not exist; create the topics with: decant topics create";
    }

    /** How a topic differs from what services need. Pure. */
    public static List<String> differences(
            Topics topics, Topic topic, int partitions, String cleanupPolicy) {
        List<String> problems = new ArrayList<>();
        if (partitions != topics.partitions(topic)) {
            String key =
                    topic.partitioning() == Topic.Partitioning.BY_SAMPLE
                            ? "cluster.sample-partitions"
                            : "cluster.model-partitions";
            problems.add(
                    "topic "
                            + topics.name(topic)
                            + " has "
                            + partitions
                            + " partitions; expected "
                            + topics.partitions(topic)
                            + ", as "
                            + key
                            + " says");
        }
        if (!cleanupPolicy.equals(topic.cleanup().policy())) {
            problems.add(
                    "topic "
                            + topics.name(topic)
                            + " has cleanup.policy "
                            + cleanupPolicy
                            + "; expected "
                            + topic.cleanup().policy());
        }
        return problems;
    }

    private static <T> Optional<T> ifThere(KafkaFuture<T> answer)
            throws ExecutionException, InterruptedException {
        try {
            return Optional.of(answer.get());
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            } else if (failed.getCause() instanceof TopicAuthorizationException refused) {
                throw refused;
            }
            throw failed;
        }
    }

    private static ConfigResource resource(Topics topics, Topic topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topics.name(topic));
    }
}
