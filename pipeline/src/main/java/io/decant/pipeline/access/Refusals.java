package io.decant.pipeline.access;

import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.topics.Topics;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;

/**
 * Says in one sentence why a broker does not let somebody in, or do something, and what helps.
 * Trying again does not. <i>Immutable.</i>
 */
public final class Refusals {
    private static final Pattern USER = Pattern.compile("username=\"?([^\"\\s;]+)");

    private final String broker;
    private final Optional<String> user;
    private final Optional<Role> role;

    private Refusals(String broker, Optional<String> user, Optional<Role> role) {
        this.broker = broker;
        this.user = user;
        this.role = role;
    }

    /** Of a cluster, for somebody whose role may be known. */
    public static Refusals of(ClusterSettings cluster, Optional<Role> role) {
        Matcher login = USER.matcher(cluster.kafka().getOrDefault("sasl.jaas.config", ""));
        return new Refusals(
                "the broker at " + cluster.bootstrapServers(),
                login.find() ? Optional.of(login.group(1)) : Optional.empty(),
                role);
    }

    /** Of a cluster that the caller does not know. */
    public static Refusals of(Optional<Role> role) {
        return new Refusals("the broker", Optional.empty(), role);
    }

    /** The sentence; empty when nothing in the chain of causes is a refusal. */
    public Optional<String> sentence(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SaslAuthenticationException login) {
                return Optional.of(
                        broker
                                + " does not let "
                                + who()
                                + " in ("
                                + login.getMessage()
                                + "); check user and password in cluster.kafka.sasl.jaas.config");
            } else if (cause instanceof SslAuthenticationException handshake) {
                return Optional.of(
                        "no TLS connection to "
                                + broker
                                + " ("
                                + reason(handshake)
                                + "); cluster.kafka.ssl.truststore.* must hold the authority of the broker's certificate");
            } else if (cause instanceof TopicAuthorizationException topics
                    && !topics.unauthorizedTopics().isEmpty()) {
                return Optional.of(topics(topics.unauthorizedTopics()));
            } else if (cause instanceof GroupAuthorizationException group) {
                return Optional.of(who() + " may not use group " + group.groupId() + advice());
            } else if (cause instanceof AuthorizationException other) {
                return Optional.of(
                        broker + " refuses " + who() + " (" + other.getMessage() + ")" + advice());
            }
        }
        return Optional.empty();
    }

    /** What must be allowed on a topic at the start; a new set. */
    public Set<AclOperation> needed(Topics topics, String topic) {
        return AccessSet.onTopic(role, topics, topic);
    }

    /** What is said of a topic when operations are missing; at least one. */
    public String missing(String topic, Collection<AclOperation> operations) {
        return who()
                + " may not "
                + operations.stream().sorted().map(Grant::text).collect(Collectors.joining(", "))
                + " topic "
                + topic
                + advice();
    }

    private String topics(Collection<String> refused) {
        String names = String.join(", ", new TreeSet<>(refused));
        List<String> needed =
                role.stream()
                        .flatMap(known -> AccessSet.of(known, Topics.DEFAULT).stream())
                        .filter(grant -> refused.stream().anyMatch(grant::isAbout))
                        .flatMap(grant -> grant.operationNames().stream())
                        .distinct()
                        .toList();
        return who()
                + " may not use topic "
                + names
                + (needed.isEmpty() ? "" : ", of which it needs " + String.join(", ", needed))
                + advice();
    }

    private String who() {
        return user.map(name -> "user '" + name + "'").orElse("the user of cluster.kafka");
    }

    private String advice() {
        return role.map(
                        known ->
                                "; give it its rights with: decant topics acls --service "
                                        + known.text()
                                        + " --principal User:"
                                        + user.orElse("NAME")
                                        + " --apply")
                .orElse("; that is for an administrator of the cluster");
    }

    /** Java's own reason stands at the end of the chain. */
    private static String reason(Throwable handshake) {
        Throwable last = handshake;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        return last.getMessage();
    }
}
