package io.decant.pipeline.topics;

import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.topics.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;

/**
 * Notices that a topic was deleted and made again under a running service. Consumers do not: they
 * go on at the old offset, in other records. Ids never come back, so a check between the last fetch
 * and a commit vouches for all that was fetched. <i>Thread-safe.</i>
 */
public final class TopicWatch implements AutoCloseable {
    private final Function<Topic, String> names;
    private final Supplier<Map<Topic, String>> lookUp;
    private final Runnable end;
    private final Map<Topic, String> ids;

    /**
     * Remembers the topics' ids.
     *
     * @param names of the topics, which need not be Decant's own
     * @param lookUp asks for the ids of the topics watched; thread-safe
     * @param end called by {@link #close}
     */
    public TopicWatch(
            Function<Topic, String> names, Supplier<Map<Topic, String>> lookUp, Runnable end) {
        this.names = names;
        this.lookUp = lookUp;
        this.end = end;
        this.ids = Map.copyOf(lookUp.get());
    }

    /**
     * Watches topics with a client of its own.
     *
     * @param names of the topics, which need not be Decant's own
     * @param patience longest wait for the broker, here and at each check
     * @throws org.apache.kafka.common.KafkaException when the broker does not tell the ids
     */
    public static TopicWatch over(
            ClusterSettings cluster,
            Function<Topic, String> names,
            String client,
            List<Topic> watched,
            Duration patience) {
        Admin admin = new Clients(cluster).admin(client);
        try {
            return new TopicWatch(
                    names,
                    () -> TopicIds.of(admin, names, watched, patience),
                    () -> admin.close(Duration.ZERO));
        } catch (RuntimeException unanswered) {
            admin.close(Duration.ZERO);
            throw unanswered;
        }
    }

    /** The topics' ids as they were at the start. */
    public Map<Topic, String> ids() {
        return ids;
    }

    /**
     * Asks for the ids again.
     *
     * @throws TopicRecreatedException when one is another than at the start
     * @throws org.apache.kafka.common.KafkaException when the broker does not tell them, or a topic
     *     is gone
     */
    public void check() {
        Map<Topic, String> now = lookUp.get();
        ids.forEach(
                (topic, id) -> {
                    if (!id.equals(now.get(topic))) {
                        throw new TopicRecreatedException(names.apply(topic), id, now.get(topic));
                    }
                });
    }

    @Override
    public void close() {
        end.run();
    }
}
