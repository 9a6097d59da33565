package io.decant.pipeline.topics;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * Makes the topics of an installation as the contract says; what exists is left as it is.
 * <i>Thread-safe.</i>
 */
public final class TopicSetup {
    private TopicSetup() {}

    /**
     * Creates what is missing and waits until every partition can be written.
     *
     * @param replication copies of each partition; empty = the broker's default
     */
    public static void create(
            ClusterSettings cluster, Optional<Short> replication, Duration patience) {
        Topics topics = cluster.topics();
        List<NewTopic> wanted =
                Arrays.stream(Topic.values())
                        .map(
                                topic ->
                                        new NewTopic(
                                                        topics.name(topic),
                                                        Optional.of(topics.partitions(topic)),
                                                        replication)
                                                .configs(topics.configuration(topic)))
                        .toList();
        try (Admin admin = new Clients(cluster).admin("cli-topics-create")) {
            TopicCreator.create(admin, wanted, patience);
        }
    }
}
