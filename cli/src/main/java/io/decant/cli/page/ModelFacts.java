package io.decant.cli.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.decant.cli.Shown;
import io.decant.model.spec.ModelSpec;
import io.decant.records.Lineage;
import io.decant.records.OffsetRange;
import io.decant.records.Span;
import io.decant.records.TeacherCard;
import io.decant.trainer.audit.LineageIndex;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is known of a model: the start of its card. Nothing is said that was not recorded.
 * <i>Thread-safe: all methods are pure.</i>
 */
public final class ModelFacts {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ModelFacts() {}

    /** The architecture, as its specification declares it. */
    public static Table model(String name, long version, ModelSpec spec) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("model", name + ", version " + version);
        facts.put("parameters", Shown.count(spec.parameterCount()));
        facts.put("classes", Integer.toString(spec.classCount()));
        flatten("", declared(spec), facts);
        facts.put("specification sha256", Shown.hex(ByteBuffer.wrap(spec.digest())));
        return Table.facts("What it is", facts);
    }

    private static JsonNode declared(ModelSpec spec) {
        try {
            return JSON.readTree(spec.toJson());
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a specification's JSON can be read", impossible);
        }
    }

    /** Canned inputs are examples, of which the number is enough. */
    private static void flatten(String prefix, JsonNode node, Map<String, String> facts) {
        node.properties()
                .forEach(
                        field -> {
                            String name = prefix + field.getKey();
                            JsonNode value = field.getValue();
                            if (value.isObject()) {
                                flatten(name + ".", value, facts);
                            } else if (field.getKey().equals("cannedInputs")) {
                                facts.put(name, Integer.toString(value.size()));
                            } else {
                                facts.put(
                                        name,
                                        value.isTextual() ? value.asText() : value.toString());
                            }
                        });
    }

    /** Which records of the journal it learned from, over all versions. */
    public static Table journal(Collection<Lineage> lineage) {
        Map<String, String> facts = new LinkedHashMap<>();
        List<Lineage> all = List.copyOf(lineage);
        Lineage first = all.get(0);
        Lineage last = all.get(all.size() - 1);
        facts.put("versions", first.getVersion() + " to " + last.getVersion());
        facts.put(
                "published",
                Shown.time(Instant.ofEpochMilli(first.getPublishedAtMillis()))
                        + " to "
                        + Shown.time(Instant.ofEpochMilli(last.getPublishedAtMillis())));
        all.stream()
                .flatMap(version -> version.getSpans().stream())
                .map(Span::getTopicId)
                .distinct()
                .forEach(topic -> facts.merge("journal's topic id", topic, (a, b) -> a + ", " + b));
        List<Long> ends = LineageIndex.ends(last);
        for (int p = 0; p < ends.size(); p++) {
            int partition = p;
            long records =
                    all.stream()
                            .flatMap(version -> version.getSpans().stream())
                            .filter(span -> span.getPartition() == partition)
                            .mapToLong(Span::getRecords)
                            .sum();
            facts.put(
                    "partition " + p,
                    String.format(
                            Locale.ROOT,
                            "offsets %,d to %,d, %,d records",
                            first.getStartOffsets().get(p),
                            ends.get(p) - 1,
                            records));
        }
        List<OffsetRange> gaps =
                all.stream().flatMap(version -> version.getGaps().stream()).toList();
        facts.put(
                "gaps",
                gaps.isEmpty()
                        ? "none"
                        : gaps.size() + " ranges were gone before they were learned: " + gaps);
        return Table.facts("What it learned from", facts);
    }

    /** Whose answers it learned. */
    public static Table teachers(Collection<TeacherCard> teachers) {
        return Table.of(
                "Teachers",
                teachers.stream()
                        .map(
                                card ->
                                        List.of(
                                                card.getTeacherId(),
                                                Shown.count(card.getFileBytes()),
                                                trainedOn(card),
                                                Shown.percent(card.getAccuracy()),
                                                Shown.hex(card.getFileDigest())))
                        .toList(),
                "teacher",
                "#bytes",
                "trained on",
                "#declared accuracy",
                "`file sha256");
    }

    private static String trainedOn(TeacherCard card) {
        return card.getTrainedFrom() < 0
                ? "not declared"
                : String.format(
                        Locale.ROOT,
                        "training samples %,d to %,d",
                        card.getTrainedFrom(),
                        card.getTrainedTo() - 1);
    }

    /** On what it was computed. */
    public static Table engine(Lineage lineage) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("engine", lineage.getEngine());
        facts.put("processor", lineage.getCpuCapability());
        facts.put("threads", Integer.toString(lineage.getThreads()));
        facts.put("seed", Long.toString(lineage.getSeed()));
        facts.put("weights sha256", Shown.hex(lineage.getWeightsDigest()));
        facts.put("state sha256", Shown.hex(lineage.getStateDigest()));
        return Table.facts("How it was computed", facts);
    }

    /** All settings of the trainer that can change a bit, as lineage has them. */
    public static Table settings(Lineage lineage) {
        return Table.facts(
                        "Settings of the trainer that can change a bit, from lineage of version "
                                + lineage.getVersion(),
                        new TreeMap<>(lineage.getConfiguration()))
                .closed();
    }
}
