package io.decant.pipeline.topics;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Asks for Kafka's ids of topics: a topic that was deleted and made again has another one.
 * <i>Thread-safe: all methods are pure.</i>
 */
public final class TopicIds {
    private TopicIds() {}

    /** As {@link #of(Admin, Topics, List, Duration)}, with a client of its own. */
    public static Map<Topic, String> of(
            ClusterSettings cluster, List<Topic> needed, Duration patience) {
        try (Admin admin = new Clients(cluster).admin("topic-ids")) {
            return of(admin, cluster.topics(), needed, patience);
        }
    }

    /**
     * The ids of topics that must exist.
     *
     * @throws KafkaException when one does not, or the broker does not answer in time
     */
    public static Map<Topic, String> of(
            Admin admin, Topics topics, List<Topic> needed, Duration patience) {
        try {
            Map<String, TopicDescription> described =
                    admin.describeTopics(needed.stream().map(topics::name).toList())
                            .allTopicNames()
                            .get(patience.toMillis(), TimeUnit.MILLISECONDS);
            Map<Topic, String> ids = new HashMap<>();
            needed.forEach(
                    topic ->
                            ids.put(topic, described.get(topics.name(topic)).topicId().toString()));
            return ids;
        } catch (ExecutionException refused) {
            throw unanswered(topics, needed, refused.getCause().getMessage(), refused);
        } catch (TimeoutException late) {
            throw unanswered(topics, needed, "no answer in " + patience.toMillis() + " ms", late);
        } catch (InterruptedException stopped) {
            throw new InterruptException(stopped);
        }
    }

    private static KafkaException unanswered(
            Topics topics, List<Topic> needed, String reason, Exception cause) {
        return new KafkaException(
                "the broker does not describe the topics "
                        + needed.stream().map(topics::name).toList()
                        + ": "
                        + reason,
                cause);
    }
}
