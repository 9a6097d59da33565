package io.decant.pipeline.access;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What a role may do with one resource. Kafka takes Describe to be in Read, Write and Delete, so it
 * is named only where it stands alone. <i>Immutable.</i>
 *
 * @param resource a topic, a group, a transactional id or the cluster
 * @param operations at least one
 * @param why one sentence
 */
public record Grant(ResourcePattern resource, Set<AclOperation> operations, String why) {
    public Grant {
        operations = Set.copyOf(operations);
    }

    static Grant of(
            ResourceType type,
            PatternType pattern,
            String name,
            String why,
            AclOperation first,
            AclOperation... more) {
        return new Grant(new ResourcePattern(type, name, pattern), EnumSet.of(first, more), why);
    }

    /** The operations in words, in Kafka's order: {@code Read, DescribeConfigs}. */
    public List<String> operationNames() {
        return operations.stream().sorted().map(Grant::text).toList();
    }

    /** What the broker keeps. */
    public List<AclBinding> bindings(String principal) {
        return operations.stream()
                .sorted()
                .map(
                        operation ->
                                new AclBinding(
                                        resource,
                                        new AccessControlEntry(
                                                principal,
                                                "*",
                                                operation,
                                                AclPermissionType.ALLOW)))
                .toList();
    }

    /** The arguments of Kafka's own tool for it, without the broker's address. */
    public String command(String principal) {
        return "--add --allow-principal "
                + principal
                + " "
                + operationNames().stream()
                        .map(name -> "--operation " + name)
                        .collect(Collectors.joining(" "))
                + " "
                + target();
    }

    private String target() {
        String prefixed =
                resource.patternType() == PatternType.PREFIXED
                        ? " --resource-pattern-type prefixed"
                        : "";
        return switch (resource.resourceType()) {
            case TOPIC -> "--topic " + resource.name() + prefixed;
            case GROUP -> "--group " + resource.name() + prefixed;
            case TRANSACTIONAL_ID -> "--transactional-id " + resource.name() + prefixed;
            case CLUSTER -> "--cluster";
            default ->
                    throw new IllegalStateException(
                            "no grant is about a " + resource.resourceType());
        };
    }

    /** The resource in words: {@code topic decant.samples}, {@code groups decant.trainer-*}. */
    public String resourceText() {
        boolean prefixed = resource.patternType() == PatternType.PREFIXED;
        String name = resource.name() + (prefixed ? "*" : "");
        return switch (resource.resourceType()) {
            case TOPIC -> (prefixed ? "topics " : "topic ") + name;
            case GROUP -> (prefixed ? "groups " : "group ") + name;
            case TRANSACTIONAL_ID -> (prefixed ? "transactional ids " : "transactional id ") + name;
            default -> "the cluster";
        };
    }

    /** Whether it is about a topic of that name. */
    boolean isAbout(String topic) {
        return resource.resourceType() == ResourceType.TOPIC
                && (resource.patternType() == PatternType.PREFIXED
                        ? topic.startsWith(resource.name())
                        : topic.equals(resource.name()));
    }

    /** {@code DESCRIBE_CONFIGS} is {@code DescribeConfigs}. */
    static String text(AclOperation operation) {
        StringBuilder text = new StringBuilder();
        for (String word : operation.name().split("_")) {
            text.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return text.toString();
    }
}
