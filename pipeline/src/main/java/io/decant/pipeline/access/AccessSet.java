package io.decant.pipeline.access;

import static io.decant.topics.Topic.CONTROL;
import static io.decant.topics.Topic.DEAD_LETTERS;
import static io.decant.topics.Topic.GATEWAY_STATUS;
import static io.decant.topics.Topic.LABELS;
import static io.decant.topics.Topic.LINEAGE;
import static io.decant.topics.Topic.MODEL_REGISTRY;
import static io.decant.topics.Topic.MODEL_WEIGHTS;
import static io.decant.topics.Topic.SAMPLES;
import static io.decant.topics.Topic.SOFT_TARGETS;
import static io.decant.topics.Topic.TRAINER_STATE;
import static io.decant.topics.Topic.TRAINING_METRICS;
import static io.decant.topics.Topic.TRAINING_PAIRS;
import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;

/**
 * The smallest set of rights with which each role does its work. Every service also asks for the
 * settings of its topics when it starts (DescribeConfigs), and may be paused by an order in {@code
 * control}. Idempotent producers need no right on the cluster since Kafka 3.0. <i>Immutable.</i>
 */
public final class AccessSet {
    private final Topics topics;
    private final Function<Topic, String> names;
    private final String model;
    private final List<Grant> grants = new ArrayList<>();

    private AccessSet(Topics topics, Function<Topic, String> names, String model) {
        this.topics = topics;
        this.names = names;
        this.model = model;
    }

    /** What a role needs in an installation, whatever its models and teachers are called. */
    public static List<Grant> of(Role role, Topics topics) {
        return of(role, topics, topics::name, "");
    }

    /**
     * What a role needs.
     *
     * @param names of the topics: samples and labels may be topics of somebody else
     * @param model the trainer's; empty = any
     */
    public static List<Grant> of(
            Role role, Topics topics, Function<Topic, String> names, String model) {
        AccessSet set = new AccessSet(topics, names, model);
        set.add(role);
        return List.copyOf(set.grants);
    }

    /**
     * What somebody must be allowed to do with a topic when it starts: what its role needs there,
     * and to read the topic's settings.
     *
     * @return a new set
     */
    static Set<AclOperation> onTopic(Optional<Role> role, Topics topics, String topic) {
        Set<AclOperation> needed = EnumSet.of(DESCRIBE_CONFIGS);
        role.stream()
                .flatMap(known -> of(known, topics).stream())
                .filter(grant -> grant.isAbout(topic))
                .forEach(grant -> needed.addAll(grant.operations()));
        return needed;
    }

    private void add(Role role) {
        switch (role) {
            case TEACHER -> teacher();
            case JOINER -> joiner();
            case TRAINER -> trainer();
            case GATEWAY -> gateway();
            case PRODUCER -> topic(SAMPLES, "The samples.", WRITE, DESCRIBE_CONFIGS);
            case LABEL_SOURCE -> topic(LABELS, "The labels.", WRITE, DESCRIBE_CONFIGS);
            case READER -> reader();
            case OPERATOR -> {
                topic(CONTROL, "Orders.", WRITE);
                reader();
            }
            case REDRIVER -> redriver();
            case SCHEMA_REGISTRY ->
                    grants.add(
                            Grant.of(
                                    ResourceType.TOPIC,
                                    PatternType.LITERAL,
                                    "_schemas",
                                    "The schemas.",
                                    CREATE,
                                    READ,
                                    WRITE,
                                    DESCRIBE_CONFIGS));
        }
    }

    private void teacher() {
        String names = topics.prefix() + "teacher-";
        topic(SAMPLES, "What it scores.", READ, DESCRIBE_CONFIGS);
        topic(SOFT_TARGETS, "Its answers.", WRITE, DESCRIBE_CONFIGS);
        topic(
                MODEL_REGISTRY,
                "Its card; with a budget, the student's versions too.",
                READ,
                WRITE,
                DESCRIBE_CONFIGS);
        topic(MODEL_WEIGHTS, "With a budget: the student's weights.", READ, DESCRIBE_CONFIGS);
        common();
        prefixed(ResourceType.GROUP, names, "Teachers share the samples.", READ);
        prefixed(ResourceType.TRANSACTIONAL_ID, names, "One for each slot.", WRITE);
    }

    private void joiner() {
        String names = topics.prefix() + "joiner";
        for (Topic source : List.of(SAMPLES, SOFT_TARGETS, LABELS)) {
            topic(source, "What it joins.", READ, DESCRIBE_CONFIGS);
        }
        topic(TRAINING_PAIRS, "The journal.", WRITE, DESCRIBE_CONFIGS);
        common();
        prefixed(
                ResourceType.TOPIC,
                names,
                "Kafka Streams keeps the join's state in a topic of its own.",
                CREATE,
                READ,
                WRITE,
                DESCRIBE_CONFIGS);
        exact(ResourceType.GROUP, names, "The Streams application.", READ);
        prefixed(ResourceType.TRANSACTIONAL_ID, names, "One for each Streams thread.", WRITE);
    }

    private void trainer() {
        String name = topics.prefix() + "trainer-" + model;
        topic(TRAINING_PAIRS, "What it learns.", READ, DESCRIBE_CONFIGS);
        for (Topic own : List.of(TRAINER_STATE, MODEL_REGISTRY, MODEL_WEIGHTS, LINEAGE)) {
            topic(
                    own,
                    "Written with each version, read to recover.",
                    READ,
                    WRITE,
                    DESCRIBE_CONFIGS);
        }
        topic(GATEWAY_STATUS, "Whether the fleet refuses a version.", READ, DESCRIBE_CONFIGS);
        common();
        if (model.isEmpty()) {
            prefixed(ResourceType.GROUP, name, "The lease of each model.", READ);
            prefixed(ResourceType.TRANSACTIONAL_ID, name, "One for each model.", WRITE);
        } else {
            exact(ResourceType.GROUP, name, "The model's lease.", READ);
            exact(ResourceType.TRANSACTIONAL_ID, name, "The model's transactions.", WRITE);
        }
    }

    private void gateway() {
        topic(MODEL_REGISTRY, "The versions.", READ, DESCRIBE_CONFIGS);
        topic(MODEL_WEIGHTS, "The weights.", READ, DESCRIBE_CONFIGS);
        topic(GATEWAY_STATUS, "What it serves.", WRITE, DESCRIBE_CONFIGS);
        common();
    }

    private void reader() {
        for (Topic each : Topic.values()) {
            topic(each, "To look.", READ, DESCRIBE_CONFIGS);
        }
        prefixed(ResourceType.GROUP, topics.prefix(), "How far groups are.", DESCRIBE);
        exact(
                ResourceType.CLUSTER,
                "kafka-cluster",
                "Disk use, groups and access lists.",
                DESCRIBE);
    }

    private void redriver() {
        for (Topic again : List.of(SAMPLES, SOFT_TARGETS, LABELS)) {
            topic(again, "Records that are sent again.", WRITE);
        }
        topic(DEAD_LETTERS, "What was sent again.", WRITE);
        exact(
                ResourceType.TRANSACTIONAL_ID,
                topics.prefix() + "dead-letters-redrive",
                "A record and its mark are one transaction.",
                WRITE);
        reader();
    }

    private void common() {
        topic(DEAD_LETTERS, "Records that it cannot use.", WRITE, DESCRIBE_CONFIGS);
        topic(TRAINING_METRICS, "Its metrics.", WRITE, DESCRIBE_CONFIGS);
        topic(CONTROL, "Operators' orders reach it.", READ, DESCRIBE_CONFIGS);
    }

    private void topic(Topic topic, String why, AclOperation first, AclOperation... more) {
        exact(ResourceType.TOPIC, names.apply(topic), why, first, more);
    }

    private void exact(
            ResourceType type, String name, String why, AclOperation first, AclOperation... more) {
        grants.add(Grant.of(type, PatternType.LITERAL, name, why, first, more));
    }

    private void prefixed(
            ResourceType type, String name, String why, AclOperation first, AclOperation... more) {
        grants.add(Grant.of(type, PatternType.PREFIXED, name, why, first, more));
    }
}
