package io.decant.it.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.it.harness.TopicContents.Entry;
import io.decant.records.PairKind;
import io.decant.records.TrainingPair;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * L2. A sample enters the journal once; a late label adds one correction, after a pair that had no
 * label.
 */
final class EachSampleEntersTheJournalOnce implements Law {
    @Override
    public String sentence() {
        return "L2: a sample enters training-pairs once, and a late label adds one correction";
    }

    @Override
    public void check(RunRecord run) {
        Map<String, PairKind> first = new HashMap<>();
        Map<String, Integer> corrections = new HashMap<>();
        for (Entry<TrainingPair> entry : run.pairs()) {
            String id = entry.value().getSampleId();
            PairKind kind = entry.value().getKind();
            if (kind == PairKind.LABEL_CORRECTION) {
                assertThat(first)
                        .as("%s: the correction of %s came after its pair", sentence(), id)
                        .containsEntry(id, PairKind.SOFT_ONLY);
                assertThat(corrections.merge(id, 1, Integer::sum))
                        .as("%s: corrections of %s", sentence(), id)
                        .isEqualTo(1);
            } else {
                assertThat(first.put(id, kind))
                        .as("%s: an earlier pair of %s", sentence(), id)
                        .isNull();
            }
            assertThat(entry.partition())
                    .as("%s: partition of %s", sentence(), id)
                    .isEqualTo(run.cluster().topics().samplePartition(id));
        }
        Set<String> answered =
                run.softTargets().stream()
                        .map(entry -> entry.value().getSampleId())
                        .collect(Collectors.toSet());
        Set<String> refused =
                run.deadLetters().stream()
                        .map(Entry::key)
                        .filter(key -> key != null)
                        .collect(Collectors.toSet());
        assertThat(answered.stream().filter(id -> !first.containsKey(id) && !refused.contains(id)))
                .as(sentence() + ": answered but never paired")
                .isEmpty();
    }
}
