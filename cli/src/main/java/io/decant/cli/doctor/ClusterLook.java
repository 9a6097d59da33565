package io.decant.cli.doctor;

import io.decant.cli.topics.Differences;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.topics.GroupState;
import io.decant.pipeline.topics.TopicState;
import io.decant.pipeline.topics.TopicSurvey;
import io.decant.topics.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.SecurityDisabledException;

/**
 * What the brokers say of themselves, of topics and of groups. Where this principal may not ask,
 * that is a note and no trouble. <i>Owned by the main thread.</i>
 */
public final class ClusterLook {
    private static final long PATIENCE_SECONDS = 30;

    /** Fuller than this a disk needs somebody. */
    private static final double FULL = 0.85;

    private final Admin admin;
    private final Topics topics;

    public ClusterLook(Admin admin, ClusterSettings cluster) {
        this.admin = admin;
        topics = cluster.topics();
    }

    /**
     * Looks at everything.
     *
     * @throws KafkaException when the broker does not answer at all
     */
    public List<Finding> findings() {
        List<Finding> all = new ArrayList<>();
        DescribeClusterResult cluster = admin.describeCluster();
        List<Node> nodes = List.copyOf(asked(cluster.nodes()));
        all.add(Finding.ok("brokers", nodes.size() + " answer: " + nodes));
        TopicSurvey survey = new TopicSurvey(admin, topics);
        topics(survey.topics(), nodes.size(), all);
        groups(survey.groups(), all);
        acls(all);
        disks(nodes, all);
        return all;
    }

    private void topics(List<TopicState> states, int brokers, List<Finding> all) {
        int before = all.size();
        for (TopicState state : states) {
            Differences differences = Differences.of(topics, state);
            differences.refused().forEach(sentence -> all.add(Finding.trouble("topics", sentence)));
            differences.others().forEach(sentence -> all.add(Finding.note("topics", sentence)));
        }
        if (all.size() == before) {
            all.add(Finding.ok("topics", states.size() + " are as the contract says"));
        }
        states.stream()
                .flatMap(state -> state.present().stream())
                .mapToInt(TopicState.Present::copies)
                .min()
                .ifPresent(
                        copies -> {
                            if (copies < 2 && brokers > 1) {
                                all.add(
                                        Finding.trouble(
                                                "topics",
                                                "some topics have one copy: the loss of a broker loses them; make them with decant topics create --replication 3"));
                            } else if (copies < 2) {
                                all.add(
                                        Finding.note(
                                                "topics",
                                                "one copy of each record, on one broker: fit for trying, not for production"));
                            }
                        });
    }

    private static void groups(List<GroupState> groups, List<Finding> all) {
        if (groups.isEmpty()) {
            all.add(Finding.note("groups", "there is none yet: no service has run"));
        }
        for (GroupState group : groups) {
            long lag = group.positions().stream().mapToLong(GroupState.Position::lag).sum();
            String sentence =
                    String.format(
                            Locale.ROOT,
                            "%s is %s with %d members, %,d offsets behind",
                            group.name(),
                            group.state(),
                            group.members(),
                            lag);
            all.add(
                    group.members() == 0
                            ? Finding.note("groups", sentence + "; nobody works for it")
                            : Finding.ok("groups", sentence));
        }
    }

    private void acls(List<Finding> all) {
        try {
            int count = asked(admin.describeAcls(AclBindingFilter.ANY).values()).size();
            all.add(
                    Finding.ok(
                            "acls", count + " in force; decant topics acls prints those needed"));
        } catch (SecurityDisabledException open) {
            all.add(
                    Finding.note(
                            "acls",
                            "the brokers have no authorizer: whoever reaches them may write every topic (docs/security.md)"));
        } catch (ClusterAuthorizationException mayNotAsk) {
            all.add(
                    Finding.note(
                            "acls",
                            "this principal may not list them (Describe on the cluster); the services' errors would name what they miss"));
        }
    }

    private void disks(List<Node> nodes, List<Finding> all) {
        try {
            asked(admin.describeLogDirs(nodes.stream().map(Node::id).toList()).allDescriptions())
                    .forEach(
                            (node, folders) ->
                                    folders.forEach(
                                            (path, folder) -> all.add(disk(node, path, folder))));
        } catch (ClusterAuthorizationException mayNotAsk) {
            all.add(Finding.note("disks", "this principal may not ask (Describe on the cluster)"));
        }
    }

    private static Finding disk(int node, String path, LogDirDescription folder) {
        if (folder.error() != null) {
            return Finding.trouble(
                    "disks",
                    "broker " + node + " cannot use " + path + ": " + folder.error().getMessage());
        }
        if (folder.totalBytes().isEmpty() || folder.usableBytes().isEmpty()) {
            return Finding.note(
                    "disks", "broker " + node + " does not say how full " + path + " is");
        }
        double used =
                1 - (double) folder.usableBytes().getAsLong() / folder.totalBytes().getAsLong();
        String sentence =
                String.format(
                        Locale.ROOT,
                        "broker %d has used %.0f %% of %s, %,d MB are free",
                        node,
                        100 * used,
                        path,
                        folder.usableBytes().getAsLong() >> 20);
        return used > FULL
                ? Finding.trouble(
                        "disks",
                        sentence
                                + "; free some, or shorten the retention of samples and training-pairs")
                : Finding.ok("disks", sentence);
    }

    private static <T> T asked(KafkaFuture<T> answer) {
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof KafkaException known
                    ? known
                    : new KafkaException(failed.getCause());
        } catch (TimeoutException silent) {
            throw new KafkaException("no answer within " + PATIENCE_SECONDS + " s", silent);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while asking the broker", stopped);
        }
    }
}
