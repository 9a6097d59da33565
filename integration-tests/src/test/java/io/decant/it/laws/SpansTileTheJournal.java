package io.decant.it.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.it.harness.TopicContents.Entry;
import io.decant.records.Lineage;
import io.decant.records.OffsetRange;
import io.decant.records.Span;
import io.decant.records.TrainingPair;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * L3, as lineage shows it. The spans of successive versions tile each journal partition: every
 * committed pair lies in exactly one span, and each span counts the pairs it holds.
 */
final class SpansTileTheJournal implements Law {
    @Override
    public String sentence() {
        return "L3: the spans of successive versions tile each journal partition";
    }

    @Override
    public void check(RunRecord run) {
        Map<String, TreeMap<Long, Entry<Lineage>>> byModel = new HashMap<>();
        for (Entry<Lineage> entry : run.lineage()) {
            Lineage lineage = entry.value();
            assertThat(
                            byModel.computeIfAbsent(lineage.getModel(), model -> new TreeMap<>())
                                    .put(lineage.getVersion(), entry))
                    .as(
                            "%s: an earlier lineage of %s/%d",
                            sentence(), lineage.getModel(), lineage.getVersion())
                    .isNull();
        }
        byModel.forEach((model, versions) -> tile(run, model, versions));
    }

    private void tile(RunRecord run, String model, TreeMap<Long, Entry<Lineage>> versions) {
        Map<Integer, List<Long>> journal = new HashMap<>();
        run.pairs().stream()
                .sorted(Comparator.comparingLong((Entry<TrainingPair> pair) -> pair.offset()))
                .forEach(
                        pair ->
                                journal.computeIfAbsent(
                                                pair.partition(),
                                                partition -> new java.util.ArrayList<>())
                                        .add(pair.offset()));
        Map<Integer, Integer> taken = new HashMap<>();
        long expected = 0;
        for (Entry<Lineage> entry : versions.values()) {
            Lineage lineage = entry.value();
            assertThat(lineage.getVersion())
                    .as("%s: version of %s", sentence(), model)
                    .isEqualTo(++expected);
            assertThat(lineage.getParentVersion())
                    .as("%s: parent of %s/%d", sentence(), model, expected)
                    .isEqualTo(expected - 1);
            for (OffsetRange gap : lineage.getGaps()) {
                // What was lost is not in the journal either; what is left begins behind it.
                List<Long> offsets = journal.getOrDefault(gap.getPartition(), List.of());
                int from = taken.getOrDefault(gap.getPartition(), 0);
                assertThat(offsets.subList(from, offsets.size()))
                        .as("%s: pairs in a gap of %s/%d", sentence(), model, expected)
                        .allMatch(offset -> offset >= gap.getTo());
            }
            for (Span span : lineage.getSpans()) {
                List<Long> offsets = journal.getOrDefault(span.getPartition(), List.of());
                int from = taken.getOrDefault(span.getPartition(), 0);
                int to = from + (int) span.getRecords();
                assertThat(to)
                        .as(
                                "%s: %s/%d takes more pairs than partition %d holds",
                                sentence(), model, expected, span.getPartition())
                        .isLessThanOrEqualTo(offsets.size());
                assertThat(offsets.get(from))
                        .as("%s: first offset of a span of %s/%d", sentence(), model, expected)
                        .isEqualTo(span.getFirstOffset());
                assertThat(offsets.get(to - 1))
                        .as("%s: last offset of a span of %s/%d", sentence(), model, expected)
                        .isEqualTo(span.getLastOffset());
                taken.put(span.getPartition(), to);
            }
        }
        journal.forEach(
                (partition, offsets) ->
                        assertThat(taken.getOrDefault(partition, 0))
                                .as(
                                        "%s: pairs of partition %d that %s has learned",
                                        sentence(), partition, model)
                                .isEqualTo(offsets.size()));
    }
}
