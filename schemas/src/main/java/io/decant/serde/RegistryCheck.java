package io.decant.serde;

import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;

/**
 * Asks a registry, before any work, whether this build's records may be written to their topics.
 * <i>Thread-safe: no state.</i>
 */
public final class RegistryCheck {
    private RegistryCheck() {}

    /**
     * What is wrong with the registry for some topics; empty when nothing is.
     *
     * @param properties as a serializer takes them
     * @param patience longest wait, for all questions together; positive
     * @return one sentence for each problem
     */
    public static List<String> problems(
            Map<String, ?> properties, Topics topics, Collection<Topic> needed, Duration patience) {
        List<String> problems = new ArrayList<>();
        try {
            RegistrySettings settings = RegistrySettings.from(properties);
            RegistryClient registry = new RegistryClient(settings);
            long deadline = System.nanoTime() + patience.toNanos();
            for (Topic topic : needed) {
                SubjectName name = SubjectName.of(topic, settings.subjectName());
                for (Class<? extends SpecificRecord> record : topic.records()) {
                    long left = Math.max(1_000_000, deadline - System.nanoTime());
                    Duration wait = Duration.ofNanos(left / settings.urls().size());
                    Schema schema = SpecificData.get().getSchema(record);
                    String subject = name.subject(topics.name(topic), schema);
                    registry.incompatibilities(subject, schema, wait)
                            .forEach(
                                    message ->
                                            problems.add(
                                                    "the schema of "
                                                            + schema.getName()
                                                            + " is not compatible with the latest of subject "
                                                            + subject
                                                            + ": "
                                                            + message));
                }
            }
        } catch (ConfigException wrong) {
            problems.add(wrong.getMessage());
        } catch (RegistryException refused) {
            // What failed once would fail for every subject.
            problems.add(refused.getMessage());
        }
        return problems;
    }
}
