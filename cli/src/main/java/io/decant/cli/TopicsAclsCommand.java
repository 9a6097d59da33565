package io.decant.cli;

import io.decant.pipeline.access.AccessSet;
import io.decant.pipeline.access.Grant;
import io.decant.pipeline.access.Role;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.errors.SecurityDisabledException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints or grants the smallest set of rights of a service. */
@Command(
        name = "acls",
        mixinStandardHelpOptions = true,
        description = {
            "Prints the smallest set of rights with which a service does its work, as commands of Kafka's own tool; grants them with --apply.",
            "Rights that are there already stay: nothing is taken away."
        },
        footer = {
            "",
            "Example: decant topics acls --service trainer --principal User:trainer --bootstrap localhost:9092"
        })
final class TopicsAclsCommand implements Callable<Integer> {
    private static final int PATIENCE_SECONDS = 30;

    @Mixin private ClusterOptions options;

    @Option(
            names = "--service",
            paramLabel = "NAME",
            required = true,
            description =
                    "Whose rights: teacher, joiner, trainer, gateway, producer, label-source, reader, operator or schema-registry; may be repeated.")
    private List<String> services;

    @Option(
            names = "--principal",
            paramLabel = "TYPE:NAME",
            required = true,
            description = "Who gets them, for example User:trainer.")
    private String principal;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = "",
            description = "The trainer's model; default: any.")
    private String model;

    @Option(
            names = "--samples-topic",
            paramLabel = "NAME",
            description = "The topic of samples, when it is one of somebody else.")
    private String samples;

    @Option(
            names = "--labels-topic",
            paramLabel = "NAME",
            description = "The topic of labels, when it is one of somebody else.")
    private String labels;

    @Option(
            names = "--apply",
            description = "Grant the rights, as a user who may alter the cluster.")
    private boolean apply;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        ClusterSettings cluster = options.cluster();
        List<Grant> grants =
                services.stream()
                        .map(this::role)
                        .flatMap(role -> grants(role, cluster.topics()).stream())
                        .distinct()
                        .toList();
        if (!principal.matches("[A-Za-z]+:.+")) {
            throw wrong(
                    "--principal must be TYPE:NAME, for example User:trainer, was " + principal);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (apply) {
            apply(cluster, grants);
            grants.forEach(
                    grant ->
                            out.printf(
                                    "%s may %s %s%n",
                                    principal,
                                    String.join(", ", grant.operationNames()),
                                    grant.resourceText()));
        } else {
            grants.forEach(
                    grant ->
                            out.printf(
                                    "kafka-acls.sh --bootstrap-server %s --command-config admin.properties %s%n",
                                    cluster.bootstrapServers(), grant.command(principal)));
        }
        out.flush();
        return 0;
    }

    private List<Grant> grants(Role role, Topics topics) {
        return AccessSet.of(role, topics, topic -> name(topic, topics), model);
    }

    private String name(Topic topic, Topics topics) {
        if (topic == Topic.SAMPLES && samples != null) {
            return samples;
        }
        return topic == Topic.LABELS && labels != null ? labels : topics.name(topic);
    }

    private void apply(ClusterSettings cluster, List<Grant> grants) throws InterruptedException {
        List<AclBinding> bindings =
                grants.stream().flatMap(grant -> grant.bindings(principal).stream()).toList();
        try (Admin admin = new Clients(cluster).admin("decant-topics-acls")) {
            admin.createAcls(bindings).all().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException refused) {
            throw new CommandFailure(
                    refused.getCause() instanceof SecurityDisabledException
                            ? "the broker at "
                                    + cluster.bootstrapServers()
                                    + " keeps no access lists; set authorizer.class.name there"
                            : "the rights were not granted: " + refused.getCause().getMessage(),
                    refused);
        } catch (TimeoutException late) {
            throw new CommandFailure(
                    "the broker at "
                            + cluster.bootstrapServers()
                            + " did not answer within "
                            + PATIENCE_SECONDS
                            + " s",
                    late);
        }
    }

    private Role role(String name) {
        try {
            return Role.parse(name);
        } catch (IllegalArgumentException unknown) {
            throw wrong("--service: " + unknown.getMessage());
        }
    }

    private CommandLine.ParameterException wrong(String sentence) {
        return new CommandLine.ParameterException(spec.commandLine(), sentence);
    }
}
