package io.decant.cli;

import io.decant.cli.topics.ShownRecord;
import io.decant.cli.topics.TailStart;
import io.decant.cli.topics.TopicRecords;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code decant topics tail}. */
@Command(
        name = "tail",
        mixinStandardHelpOptions = true,
        description =
                "Shows records of a topic, decoded; of features and bytes the beginning. Without --from: the newest that there are.",
        footer = {
            "",
            "Example: decant topics tail dead-letters --max 5 --bootstrap localhost:9092",
            "As they come: decant topics tail labels --from latest --bootstrap localhost:9092"
        })
final class TopicsTailCommand implements Callable<Integer> {
    private static final int MOST = 100_000;
    private static final int USUAL = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Parameters(
            paramLabel = "TOPIC",
            description = "With or without the prefix: samples or decant.samples.")
    private String topic;

    @Mixin private PlaceOptions place;

    @Option(
            names = "--from",
            paramLabel = "earliest|latest|OFFSET|TIME",
            description =
                    "Where to begin; latest waits for new records. A time is such as 2026-11-22T08:00:00Z.")
    private String from;

    @Option(names = "--partition", paramLabel = "P", description = "Only this partition.")
    private Integer partition;

    @Option(
            names = "--max",
            paramLabel = "N",
            description =
                    "Most records that are shown, 1 to 100000; default: 10, without bound when waiting.")
    private Integer max;

    @Option(names = "--key", paramLabel = "K", description = "Only records with this key.")
    private String key;

    @Option(
            names = {"-f", "--follow"},
            description = "Wait for more records, until Ctrl-C or --max.")
    private boolean follow;

    @Option(names = "--json", description = "Print a line of JSON for each record.")
    private boolean json;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        TailStart start = checked(() -> start());
        if (max != null && (max < 1 || max > MOST)) {
            throw wrong("--max must be between 1 and " + MOST + ", was " + max);
        }
        try (PlaceOptions.Place opened = place.open()) {
            show(opened.cluster(), start);
            return 0;
        } catch (KafkaException unanswered) {
            throw new CommandFailure(
                    "the cluster does not answer: " + unanswered.getMessage(), unanswered);
        }
    }

    private TailStart start() {
        return from == null ? new TailStart.Newest() : TailStart.parse(from);
    }

    private void show(ClusterSettings cluster, TailStart start) {
        Topic wanted = checked(() -> topic(cluster.topics()));
        try (RecordCodec codec = new RecordCodec(cluster);
                TopicRecords records =
                        new TopicRecords(
                                cluster,
                                checked(() -> partitions(cluster.topics(), wanted)),
                                Optional.ofNullable(key),
                                InstantSource.system(),
                                PATIENCE)) {
            Consumer<ConsumerRecord<byte[], byte[]>> printing =
                    record -> print(ShownRecord.of(wanted, record, codec));
            if (follow || start instanceof TailStart.Latest) {
                records.follow(start, max == null ? Long.MAX_VALUE : max, printing);
            } else if (start instanceof TailStart.Newest) {
                records.newest(max == null ? USUAL : max).forEach(printing);
            } else {
                records.from(start, max == null ? USUAL : max).forEach(printing);
            }
        }
    }

    private void print(ShownRecord record) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? record.json() : record.text());
        out.flush();
    }

    private Topic topic(Topics topics) {
        return Arrays.stream(Topic.values())
                .filter(each -> topic.equals(each.suffix()) || topic.equals(topics.name(each)))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "there is no topic '"
                                                + topic
                                                + "'; expected one of "
                                                + Arrays.stream(Topic.values())
                                                        .map(Topic::suffix)
                                                        .collect(Collectors.joining(", "))));
    }

    private List<TopicPartition> partitions(Topics topics, Topic wanted) {
        int count = topics.partitions(wanted);
        if (partition != null && (partition < 0 || partition >= count)) {
            throw new IllegalArgumentException(
                    "--partition must be between 0 and " + (count - 1) + ", was " + partition);
        }
        return IntStream.range(0, count)
                .filter(each -> partition == null || each == partition)
                .mapToObj(each -> new TopicPartition(topics.name(wanted), each))
                .toList();
    }

    private <T> T checked(java.util.function.Supplier<T> argument) {
        try {
            return argument.get();
        } catch (IllegalArgumentException wrong) {
            throw wrong(wrong.getMessage());
        }
    }

    private CommandLine.ParameterException wrong(String message) {
        return new CommandLine.ParameterException(spec.commandLine(), message);
    }
}
