package io.decant.cli;

import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.topics.TopicSetup;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes the topics of an installation, and looks into them. */
@Command(
        name = "topics",
        mixinStandardHelpOptions = true,
        description =
                "Makes the topics that services need, shows what they hold, and who needs which rights.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            TopicsCommand.Create.class,
            TopicsDescribeCommand.class,
            TopicsTailCommand.class,
            TopicsAclsCommand.class
        },
        footer = {"", "Example: decant topics create --bootstrap localhost:9092"})
final class TopicsCommand implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new picocli.CommandLine.ParameterException(
                spec.commandLine(), "What about topics? Expected: create, describe, tail or acls.");
    }

    /** {@code decant topics create}. */
    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description =
                    "Creates the topics that are missing; those that exist are left as they are.",
            footer = {
                "",
                "Example: decant topics create --bootstrap localhost:9092 --replication 3"
            })
    static final class Create implements Callable<Integer> {
        @Mixin private ClusterOptions options;

        @Option(
                names = "--replication",
                paramLabel = "N",
                description = "Copies of each partition; default: the broker's.")
        private Short replication;

        @Option(
                names = "--timeout",
                paramLabel = "SECONDS",
                defaultValue = "60",
                description = "Longest wait; default: ${DEFAULT-VALUE}.")
        private int timeout;

        @Spec private CommandSpec spec;

        @Override
        public Integer call() {
            ClusterSettings cluster = options.cluster();
            TopicSetup.create(
                    cluster, Optional.ofNullable(replication), Duration.ofSeconds(timeout));
            Topics topics = cluster.topics();
            for (Topic topic : Topic.values()) {
                spec.commandLine()
                        .getOut()
                        .printf(
                                "%-28s %3d partitions, %s%n",
                                topics.name(topic),
                                topics.partitions(topic),
                                topic.cleanup().policy());
            }
            spec.commandLine().getOut().flush();
            return 0;
        }
    }
}
