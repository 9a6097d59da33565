package io.decant.pipeline.topics;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.topics.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Asks for Kafka's ids of topics: a topic that was deleted and made again has another one.
 * <i>Thread-safe: all methods are pure.</i>
 */
public final class TopicIds {
    private TopicIds() {}

    /** As {@link #of(Admin, Function, List, Duration)}, with a client of its own. */
    public static Map<Topic, String> of(
            ClusterSettings cluster, List<Topic> needed, Duration patience) {
        try (Admin admin = new Clients(cluster).admin("topic-ids")) {
            return of(admin, cluster.topics()::name, needed, patience);
        }
    }

    /**
     * The ids of topics that must exist.
     *
     * @param names of the topics
     * @throws KafkaException when one does not, or the broker does not answer in time
     */
    public static Map<Topic, String> of(
            Admin admin, Function<Topic, String> names, List<Topic> needed, Duration patience) {
        Map<String, KafkaFuture<TopicDescription>> asked =
                admin.describeTopics(needed.stream().map(names).toList()).topicNameValues();
        Map<Topic, String> ids = new HashMap<>();
        needed.forEach(topic -> ids.put(topic, id(names.apply(topic), asked, patience)));
        return ids;
    }

    private static String id(
            String topic, Map<String, KafkaFuture<TopicDescription>> asked, Duration patience) {
        try {
            return asked.get(topic)
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS)
                    .topicId()
                    .toString();
        } catch (ExecutionException refused) {
            if (refused.getCause() instanceof TopicAuthorizationException) {
                // The broker's answer does not name the topic.
                throw new TopicAuthorizationException(
                        "topic " + topic + " may not be described", Set.of(topic));
            }
            String reason =
                    refused.getCause() instanceof UnknownTopicOrPartitionException
                            ? "does not exist"
                            : "cannot be described: " + refused.getCause().getMessage();
            throw new KafkaException("topic " + topic + " " + reason, refused);
        } catch (TimeoutException late) {
            throw new KafkaException(
                    "the broker does not describe topic "
                            + topic
                            + " within "
                            + patience.toMillis()
                            + " ms",
                    late);
        } catch (InterruptedException stopped) {
            throw new InterruptException(stopped);
        }
    }
}
