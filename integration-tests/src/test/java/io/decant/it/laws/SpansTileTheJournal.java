package io.decant.it.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.it.harness.TopicContents.Entry;
import io.decant.records.CheckpointManifest;
import io.decant.records.Lineage;
import io.decant.records.OffsetRange;
import io.decant.records.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * L3, as lineage shows it. The spans of successive versions tile each journal partition: every
 * committed record lies in exactly one span, each span counts the records it holds and has the
 * digest of their bytes, and each manifest has the digest of its version's spans.
 */
final class SpansTileTheJournal implements Law {
    @Override
    public String sentence() {
        return "L3: the spans of successive versions tile each journal partition";
    }

    @Override
    public void check(RunRecord run) {
        Map<String, TreeMap<Long, Lineage>> byModel = new HashMap<>();
        for (Entry<Lineage> entry : run.lineage()) {
            Lineage lineage = entry.value();
            assertThat(
                            byModel.computeIfAbsent(lineage.getModel(), model -> new TreeMap<>())
                                    .put(lineage.getVersion(), lineage))
                    .as("%s: an earlier lineage of %s", sentence(), name(lineage))
                    .isNull();
        }
        byModel.values().forEach(versions -> tile(run, versions));
        for (Entry<CheckpointManifest> entry : run.manifests()) {
            CheckpointManifest manifest = entry.value();
            Lineage lineage =
                    byModel.getOrDefault(manifest.getModel(), new TreeMap<>())
                            .get(manifest.getVersion());
            if (lineage != null) {
                assertThat(manifest.getSpanListDigest())
                        .as("%s: digest of the spans of %s", sentence(), name(lineage))
                        .isEqualTo(SpanDigests.ofList(lineage.getSpans()));
            }
        }
    }

    private void tile(RunRecord run, TreeMap<Long, Lineage> versions) {
        Map<Integer, Unread> journal = new HashMap<>();
        run.journal().stream()
                .sorted(Comparator.comparingLong((Entry<byte[]> record) -> record.offset()))
                .forEach(
                        record ->
                                journal.computeIfAbsent(record.partition(), Unread::new)
                                        .records
                                        .add(record));
        Lineage first = versions.firstEntry().getValue();
        for (int partition = 0; partition < first.getStartOffsets().size(); partition++) {
            journal.computeIfAbsent(partition, Unread::new)
                    .startAt(first.getStartOffsets().get(partition));
        }
        long version = 0;
        for (Lineage lineage : versions.values()) {
            assertThat(lineage.getVersion())
                    .as("%s: version of %s", sentence(), name(lineage))
                    .isEqualTo(++version);
            assertThat(lineage.getParentVersion())
                    .as("%s: parent of %s", sentence(), name(lineage))
                    .isEqualTo(version - 1);
            for (int partition = 0; partition < lineage.getStartOffsets().size(); partition++) {
                assertThat(lineage.getStartOffsets().get(partition))
                        .as(
                                "%s: where %s starts in partition %d",
                                sentence(), name(lineage), partition)
                        .isEqualTo(journal.computeIfAbsent(partition, Unread::new).next);
            }
            for (OffsetRange gap : lineage.getGaps()) {
                journal.computeIfAbsent(gap.getPartition(), Unread::new).skip(lineage, gap);
            }
            for (Span span : lineage.getSpans()) {
                journal.computeIfAbsent(span.getPartition(), Unread::new).take(lineage, span);
            }
        }
        journal.values()
                .forEach(
                        unread ->
                                assertThat(unread.left())
                                        .as(
                                                "%s: records of partition %d that %s has not learned",
                                                sentence(), unread.partition, first.getModel())
                                        .isEmpty());
    }

    private static String name(Lineage lineage) {
        return lineage.getModel() + "/" + lineage.getVersion();
    }

    /** One partition, and how far its records have been taken. */
    private final class Unread {
        private final int partition;
        private final List<Entry<byte[]>> records = new ArrayList<>();
        private int taken;
        private long next;

        Unread(int partition) {
            this.partition = partition;
        }

        void startAt(long offset) {
            next = offset;
            while (taken < records.size() && records.get(taken).offset() < offset) {
                taken++;
            }
        }

        List<Long> left() {
            return records.subList(taken, records.size()).stream().map(Entry::offset).toList();
        }

        /** What was lost is not in the journal either; what is left begins behind it. */
        void skip(Lineage lineage, OffsetRange gap) {
            assertThat(left())
                    .as("%s: records in a gap of %s", sentence(), name(lineage))
                    .allMatch(offset -> offset >= gap.getTo());
            next = gap.getTo();
        }

        void take(Lineage lineage, Span span) {
            String where =
                    "%s: span %d to %d of partition %d in %s"
                            .formatted(
                                    sentence(),
                                    span.getFirstOffset(),
                                    span.getLastOffset(),
                                    partition,
                                    name(lineage));
            assertThat(span.getRecords())
                    .as("%s, records", where)
                    .isBetween(1L, (long) records.size() - taken);
            List<Entry<byte[]>> held = records.subList(taken, taken + (int) span.getRecords());
            assertThat(held.get(0).offset())
                    .as("%s, first offset", where)
                    .isEqualTo(span.getFirstOffset());
            assertThat(held.get(held.size() - 1).offset())
                    .as("%s, last offset", where)
                    .isEqualTo(span.getLastOffset());
            assertThat(span.getHash())
                    .as("%s, digest of the records", where)
                    .isEqualTo(SpanDigests.ofRecords(held));
            taken += held.size();
            next = span.getLastOffset() + 1;
        }
    }
}
