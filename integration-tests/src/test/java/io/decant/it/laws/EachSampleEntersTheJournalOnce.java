package io.decant.it.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.it.harness.TopicContents.Entry;
import io.decant.records.DeadLetter;
import io.decant.records.Label;
import io.decant.records.Outcome;
import io.decant.records.PairKind;
import io.decant.records.SoftTarget;
import io.decant.records.TrainingPair;
import io.decant.topics.Topic;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * L2. A sample enters the journal once: with the answers of its teachers, or, when they have
 * skipped it, with its label alone. The first label of a sample teaches: in the pair, or, when it
 * was late, in one correction. Windows are longer than any run, so no label may expire.
 */
final class EachSampleEntersTheJournalOnce implements Law {
    @Override
    public String sentence() {
        return "L2: a sample enters training-pairs once, and a late label adds one correction";
    }

    /** What the journal holds about each sample. */
    private record Learned(
            Map<String, TrainingPair> pairs, Map<String, TrainingPair> corrections) {}

    @Override
    public void check(RunRecord run) {
        Learned learned = learned(run);
        Set<String> refused =
                run.deadLetters().stream()
                        .map(Entry::key)
                        .filter(key -> key != null)
                        .collect(Collectors.toSet());
        Set<String> scored = answered(run, Outcome.SCORED);
        assertThat(
                        scored.stream()
                                .filter(id -> !learned.pairs.containsKey(id))
                                .filter(id -> !refused.contains(id)))
                .as(sentence() + ": answered but never paired")
                .isEmpty();
        Set<String> skipped = answered(run, Outcome.SKIPPED);
        skipped.removeAll(scored);
        skipped.removeAll(refused);
        firstLabels(run)
                .forEach(
                        (id, offset) -> {
                            if (skipped.contains(id) || learned.pairs.containsKey(id)) {
                                checkLabel(id, offset, learned);
                            }
                        });
    }

    private Learned learned(RunRecord run) {
        Learned learned = new Learned(new HashMap<>(), new HashMap<>());
        for (Entry<TrainingPair> entry : run.pairs()) {
            String id = entry.value().getSampleId();
            boolean correction = entry.value().getKind() == PairKind.LABEL_CORRECTION;
            if (correction) {
                assertThat(learned.pairs.get(id))
                        .as("%s: the correction of %s came after its pair", sentence(), id)
                        .extracting(TrainingPair::getKind)
                        .isEqualTo(PairKind.SOFT_ONLY);
            }
            assertThat((correction ? learned.corrections : learned.pairs).put(id, entry.value()))
                    .as("%s: an earlier %s of %s", sentence(), entry.value().getKind(), id)
                    .isNull();
            assertThat(entry.partition())
                    .as("%s: partition of %s", sentence(), id)
                    .isEqualTo(run.cluster().topics().samplePartition(id));
        }
        return learned;
    }

    private static Set<String> answered(RunRecord run, Outcome outcome) {
        return run.softTargets().stream()
                .map(Entry::value)
                .filter(answer -> answer.getOutcome() == outcome)
                .map(SoftTarget::getSampleId)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private void checkLabel(String id, long offset, Learned learned) {
        assertThat(learned.corrections.getOrDefault(id, learned.pairs.get(id)))
                .as("%s: what the label of %s has taught", sentence(), id)
                .isNotNull()
                .extracting(TrainingPair::getLabelOffset)
                .isEqualTo(offset);
    }

    /** For each sample, the offset of the first usable label that was joined. */
    private static Map<String, Long> firstLabels(RunRecord run) {
        String topic = run.cluster().topics().name(Topic.LABELS);
        Set<String> refused =
                run.deadLetters().stream()
                        .map(Entry::value)
                        .filter(letter -> letter.getTopic().equals(topic))
                        .map((DeadLetter letter) -> at(letter.getPartition(), letter.getOffset()))
                        .collect(Collectors.toSet());
        Map<String, Long> first = new HashMap<>();
        for (Entry<Label> label : run.labels()) {
            if (label.offset() < run.labelsJoined().getOrDefault(label.partition(), 0L)
                    && !refused.contains(at(label.partition(), label.offset()))) {
                first.putIfAbsent(label.value().getSampleId(), label.offset());
            }
        }
        return first;
    }

    private static String at(int partition, long offset) {
        return partition + "@" + offset;
    }
}
