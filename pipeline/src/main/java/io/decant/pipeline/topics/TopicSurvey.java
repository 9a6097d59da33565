package io.decant.pipeline.topics;

import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Asks the broker for the topics of an installation and for the groups that read them. <i>Owned by
 * one thread.</i>
 */
public final class TopicSurvey {
    private final Admin admin;
    private final Topics topics;

    /**
     * A survey of one installation.
     *
     * @param admin stays the caller's; its timeouts bound each question
     */
    public TopicSurvey(Admin admin, Topics topics) {
        this.admin = admin;
        this.topics = topics;
    }

    /** The topics in the order of the contract. */
    public List<TopicState> topics() {
        List<Topic> all = List.of(Topic.values());
        Map<String, KafkaFuture<TopicDescription>> asked =
                admin.describeTopics(all.stream().map(topics::name).toList()).topicNameValues();
        Map<Topic, TopicDescription> there = new HashMap<>();
        for (Topic topic : all) {
            ifThere(asked.get(topics.name(topic)))
                    .ifPresent(description -> there.put(topic, description));
        }
        List<TopicPartition> partitions =
                there.values().stream().flatMap(each -> partitions(each).stream()).toList();
        Map<TopicPartition, Long> begins = offsets(partitions, OffsetSpec.earliest());
        Map<TopicPartition, Long> ends = offsets(partitions, OffsetSpec.latest());
        Map<ConfigResource, Config> settings = settings(there.values());
        return all.stream()
                .map(
                        topic ->
                                new TopicState(
                                        topic,
                                        topics.name(topic),
                                        Optional.ofNullable(there.get(topic))
                                                .map(
                                                        found ->
                                                                present(
                                                                        topic, found, settings,
                                                                        begins, ends))))
                .toList();
    }

    private TopicState.Present present(
            Topic topic,
            TopicDescription description,
            Map<ConfigResource, Config> settings,
            Map<TopicPartition, Long> begins,
            Map<TopicPartition, Long> ends) {
        Config config = settings.get(resource(description.name()));
        Map<String, String> ours = new HashMap<>();
        topics.configuration(topic).keySet().forEach(key -> ours.put(key, config.get(key).value()));
        return new TopicState.Present(
                description.topicId().toString(),
                description.partitions().stream()
                        .mapToInt(partition -> partition.replicas().size())
                        .min()
                        .orElse(0),
                ours,
                partitions(description).stream()
                        .map(
                                each ->
                                        new TopicState.Extent(
                                                each.partition(), begins.get(each), ends.get(each)))
                        .toList());
    }

    /** The groups whose names begin with the installation's prefix, by name. */
    public List<GroupState> groups() {
        List<String> names =
                get(admin.listGroups(ListGroupsOptions.forConsumerGroups()).all()).stream()
                        .map(GroupListing::groupId)
                        .filter(name -> name.startsWith(topics.prefix()))
                        .sorted()
                        .toList();
        Map<String, ConsumerGroupDescription> descriptions =
                get(admin.describeConsumerGroups(names).all());
        Map<String, Map<TopicPartition, OffsetAndMetadata>> committed =
                get(
                        admin.listConsumerGroupOffsets(
                                        names.stream()
                                                .collect(
                                                        Collectors.toMap(
                                                                Function.identity(),
                                                                name ->
                                                                        new ListConsumerGroupOffsetsSpec())))
                                .all());
        return names.stream()
                .map(name -> group(descriptions.get(name), committed.get(name)))
                .toList();
    }

    private GroupState group(
            ConsumerGroupDescription description,
            Map<TopicPartition, OffsetAndMetadata> committed) {
        Map<TopicPartition, Long> ends = offsets(committed.keySet(), OffsetSpec.latest());
        String lease = topics.name(Topic.TRAINER_STATE);
        return new GroupState(
                description.groupId(),
                description.groupState().toString(),
                description.members().size(),
                committed.entrySet().stream()
                        // A trainer's lease is on this topic; nobody reads it by group.
                        .filter(entry -> !entry.getKey().topic().equals(lease))
                        .filter(entry -> ends.containsKey(entry.getKey()))
                        .map(
                                entry ->
                                        new GroupState.Position(
                                                entry.getKey().topic(),
                                                entry.getKey().partition(),
                                                entry.getValue().offset(),
                                                Math.max(
                                                        0,
                                                        ends.get(entry.getKey())
                                                                - entry.getValue().offset())))
                        .sorted(
                                Comparator.comparing(GroupState.Position::topic)
                                        .thenComparing(GroupState.Position::partition))
                        .toList());
    }

    private Map<ConfigResource, Config> settings(Collection<TopicDescription> there) {
        return get(
                admin.describeConfigs(there.stream().map(each -> resource(each.name())).toList())
                        .all());
    }

    /** What is not there any more is left out. */
    private Map<TopicPartition, Long> offsets(
            Collection<TopicPartition> partitions, OffsetSpec spec) {
        ListOffsetsResult asked =
                admin.listOffsets(
                        partitions.stream().collect(Collectors.toMap(each -> each, each -> spec)));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (TopicPartition partition : partitions) {
            ifThere(asked.partitionResult(partition))
                    .ifPresent(found -> offsets.put(partition, found.offset()));
        }
        return offsets;
    }

    private static List<TopicPartition> partitions(TopicDescription topic) {
        List<TopicPartition> partitions = new ArrayList<>();
        topic.partitions()
                .forEach(
                        each -> partitions.add(new TopicPartition(topic.name(), each.partition())));
        return partitions;
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    private static <T> Optional<T> ifThere(KafkaFuture<T> answer) {
        try {
            return Optional.of(get(answer));
        } catch (UnknownTopicOrPartitionException missing) {
            return Optional.empty();
        }
    }

    /**
     * Failures of the broker as they are: all that Kafka's answers fail with is a KafkaException.
     */
    private static <T> T get(KafkaFuture<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof KafkaException broken) {
                throw broken;
            }
            throw new KafkaException(failed.getCause());
        } catch (InterruptedException stopped) {
            throw new InterruptException(stopped);
        }
    }
}
