package io.decant.pipeline.docs;

import static io.decant.pipeline.docs.MarkdownTable.code;

import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.time.Duration;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/** Documents the topic contract. <i>Thread-safe: all methods are pure.</i> */
public final class TopicDocs {
    private TopicDocs() {}

    /** The body of {@code docs/topics.md}. */
    public static String page() {
        return """
               # Topics

               Every service meets the others only here. Names begin with `cluster.prefix`, `%s` unless
               set otherwise; `decant topics create` makes them, and each service checks those that it
               uses when it starts. Partition counts never change once topics are created.

               %s
               *By sample:* `cluster.sample-partitions` partitions (%d), the same for all such topics; the
               partition is that of the sample id. *By model:* `cluster.model-partitions` partitions (%d);
               every writer sets the partition of the model's name itself. The partition of a text is
               `toPositive(murmur2(utf8(text))) %% partitions`, as Kafka's Java clients compute it; clients
               in other languages need `partitioner=murmur2_random`.

               Values are Avro in Confluent's wire format: a zero byte, the schema's id as a big-endian
               32-bit integer, Avro binary. The subject of a topic with one record is `<topic>-value`; with
               several it is `<topic>-<record's full name>`. Schemas are kept compatible in both directions
               with every released version.

               ## Settings

               %s
               ## Records

               %s"""
                .formatted(
                        Topics.DEFAULT.prefix(),
                        topics(),
                        Topics.DEFAULT.samplePartitions(),
                        Topics.DEFAULT.modelPartitions(),
                        settings(),
                        records());
    }

    private static MarkdownTable topics() {
        MarkdownTable table =
                new MarkdownTable("topic", "what it is for", "key", "values", "partitions", "kept");
        for (Topic topic : Topic.values()) {
            table.row(
                    code(topic.suffix()),
                    topic.purpose(),
                    code(topic.key()),
                    topic.records().stream()
                            .map(Class::getSimpleName)
                            .collect(Collectors.joining(", ")),
                    switch (topic.partitioning()) {
                        case BY_SAMPLE -> "by sample";
                        case BY_MODEL -> "by model";
                    },
                    topic.cleanup().retention().map(TopicDocs::days).orElse("last of each key"));
        }
        return table;
    }

    private static String days(Duration retention) {
        return retention.toDays() == 1 ? "1 day" : retention.toDays() + " days";
    }

    private static MarkdownTable settings() {
        MarkdownTable table = new MarkdownTable("topic", "settings at the broker");
        for (Topic topic : Topic.values()) {
            table.row(
                    code(topic.suffix()),
                    Topics.DEFAULT.configuration(topic).entrySet().stream()
                            .map(setting -> code(setting.getKey() + "=" + setting.getValue()))
                            .collect(Collectors.joining(" ")));
        }
        return table;
    }

    private static String records() {
        RecordDocs docs = new RecordDocs();
        for (Topic topic : Topic.values()) {
            for (Class<? extends SpecificRecord> record : topic.records()) {
                docs.add(SpecificData.get().getSchema(record));
            }
        }
        return docs.sections();
    }
}
