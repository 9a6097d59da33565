package io.decant.pipeline.topics;

import io.decant.pipeline.retry.Backoff;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * The project's only way to create topics. It returns when every partition can take records.
 *
 * <p>Why the wait: the controller confirms a new topic before the broker has its partitions. An
 * idempotent producer that sends in between can have its first batch refused and its second
 * accepted, and then loses the first for good (KAFKA-15591, open up to Kafka 4.4). Once each leader
 * has answered a request, it has its partition.
 *
 * <p>A topic that exists already is left as it is, whatever its settings; checking them is another
 * step.
 *
 * <p><em>Thread-safe: no state.</em>
 */
public final class TopicCreator {
    private TopicCreator() {}

    /**
     * Creates the missing ones of {@code topics} and waits until all of their leaders answer.
     *
     * @param admin a client of the cluster; stays open
     * @param topics names, partition counts and settings
     * @param timeout limit of each of the two steps (create, wait for leaders)
     * @throws io.decant.pipeline.retry.GaveUpException when a topic is refused, the cluster cannot
     *     be reached, or a leader does not answer in time
     */
    public static void create(Admin admin, Collection<NewTopic> topics, Duration timeout) {
        if (topics.isEmpty()) {
            return;
        }
        List<String> names = topics.stream().map(NewTopic::name).sorted().toList();
        Backoff backoff = Backoff.within(timeout);
        backoff.retry(
                "create topics " + names,
                TopicCreator::mayPass,
                left -> createMissing(admin, topics, left));
        backoff.retry(
                "reach the leader of every partition of topics " + names,
                TopicCreator::mayPass,
                left -> askEveryLeader(admin, names, left));
    }

    private static Void createMissing(Admin admin, Collection<NewTopic> topics, Duration left)
            throws ExecutionException, InterruptedException {
        var options = new CreateTopicsOptions().timeoutMs(millis(left));
        for (Future<Void> created : admin.createTopics(topics, options).values().values()) {
            try {
                created.get();
            } catch (ExecutionException failed) {
                if (!(failed.getCause() instanceof TopicExistsException)) {
                    throw failed;
                }
            }
        }
        return null;
    }

    /** Asks for the end offsets; a broker without the partition answers with a passing error. */
    private static Void askEveryLeader(Admin admin, List<String> names, Duration left)
            throws ExecutionException, InterruptedException {
        var describe = new DescribeTopicsOptions().timeoutMs(millis(left));
        Collection<TopicDescription> topics =
                admin.describeTopics(names, describe).allTopicNames().get().values();
        Map<TopicPartition, OffsetSpec> partitions =
                topics.stream()
                        .flatMap(
                                topic ->
                                        topic.partitions().stream()
                                                .map(
                                                        partition ->
                                                                new TopicPartition(
                                                                        topic.name(),
                                                                        partition.partition())))
                        .collect(
                                Collectors.toMap(
                                        Function.identity(), partition -> OffsetSpec.latest()));
        admin.listOffsets(partitions, new ListOffsetsOptions().timeoutMs(millis(left))).all().get();
        return null;
    }

    private static boolean mayPass(Throwable failure) {
        return failure instanceof ExecutionException
                && failure.getCause() instanceof RetriableException;
    }

    private static int millis(Duration left) {
        return (int) Math.min(Integer.MAX_VALUE, left.toMillis());
    }
}
