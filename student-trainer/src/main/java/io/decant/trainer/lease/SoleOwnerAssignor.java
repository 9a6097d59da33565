package io.decant.trainer.lease;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Configurable;
import org.apache.kafka.common.TopicPartition;

/**
 * Gives all partitions of a lease group to one member, as {@link SoleOwner} decides. Cooperative:
 * the owner keeps what it has while others join or leave. <i>Owned by its consumer.</i>
 */
public final class SoleOwnerAssignor implements ConsumerPartitionAssignor, Configurable {
    /** Key of the consumer's properties: the name of the process that it lives in. */
    static final String PROCESS = "decant.lease.process";

    private String group = "";
    private String process = "";

    /** For the consumer, which makes it by its class name. */
    public SoleOwnerAssignor() {}

    @Override
    public void configure(Map<String, ?> properties) {
        group = String.valueOf(properties.get(ConsumerConfig.GROUP_ID_CONFIG));
        process = String.valueOf(properties.get(PROCESS));
    }

    @Override
    public String name() {
        return "decant-sole-owner";
    }

    @Override
    public List<RebalanceProtocol> supportedProtocols() {
        return List.of(RebalanceProtocol.COOPERATIVE);
    }

    @Override
    public ByteBuffer subscriptionUserData(Set<String> topics) {
        return ByteBuffer.wrap(process.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public GroupAssignment assign(Cluster cluster, GroupSubscription subscriptions) {
        List<SoleOwner.Member> members = new ArrayList<>();
        Set<String> topics = new TreeSet<>();
        subscriptions
                .groupSubscription()
                .forEach(
                        (id, subscription) -> {
                            topics.addAll(subscription.topics());
                            members.add(member(id, subscription));
                        });
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : topics) {
            Integer count = cluster.partitionCountForTopic(topic);
            for (int partition = 0; count != null && partition < count; partition++) {
                partitions.add(new TopicPartition(topic, partition));
            }
        }
        Map<String, Assignment> assignments = new HashMap<>();
        SoleOwner.deal(group, members, partitions)
                .forEach((id, dealt) -> assignments.put(id, new Assignment(dealt)));
        return new GroupAssignment(assignments);
    }

    private static SoleOwner.Member member(String id, Subscription subscription) {
        ByteBuffer data = subscription.userData();
        return new SoleOwner.Member(
                id,
                data == null ? id : StandardCharsets.UTF_8.decode(data.duplicate()).toString(),
                Set.copyOf(subscription.ownedPartitions()),
                subscription.generationId().orElse(-1));
    }
}
