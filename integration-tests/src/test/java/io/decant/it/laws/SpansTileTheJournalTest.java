package io.decant.it.laws;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.it.harness.TopicContents.Entry;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.source.SourceShare;
import io.decant.records.CheckpointManifest;
import io.decant.records.Lineage;
import io.decant.records.OffsetRange;
import io.decant.records.Span;
import io.decant.records.TrustedRecords;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** Negative controls: a checker that cannot fail would prove nothing. */
class SpansTileTheJournalTest {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    static {
        TrustedRecords.load();
    }

    /** Two partitions; every third offset is a commit marker, so it holds no record. */
    private final List<Entry<byte[]>> journal = new ArrayList<>();

    private final List<Lineage> lineage = new ArrayList<>();

    SpansTileTheJournalTest() {
        for (int partition = 0; partition < 2; partition++) {
            for (long offset = 0; offset < 12; offset++) {
                if (offset % 3 != 2) {
                    journal.add(record(partition, offset));
                }
            }
        }
        lineage.add(version(1, List.of(0L, 0L), span(0, 0, 3), span(1, 0, 1), span(0, 4, 4)));
        lineage.add(version(2, List.of(5L, 2L), span(1, 3, 7)));
        lineage.add(version(3, List.of(5L, 8L), span(0, 6, 10), span(1, 9, 10)));
    }

    @Test
    void aTiledJournalPasses() {
        assertThatCode(() -> check((versions, records) -> {})).doesNotThrowAnyException();
    }

    @Test
    void aDroppedSpanIsFound() {
        broken("records of partition 1", (versions, records) -> spans(versions, 3).remove(1));
    }

    @Test
    void aSpanDroppedInTheMiddleIsFound() {
        broken("first offset", (versions, records) -> spans(versions, 1).remove(0));
    }

    @Test
    void aSpanThatIsThereTwiceIsFound() {
        broken(
                "span 3 to 7 of partition 1 in tally/2",
                (versions, records) -> spans(versions, 2).add(spans(versions, 2).get(0)));
    }

    @Test
    void twoSwappedSpansOfOnePartitionAreFound() {
        broken("first offset", (versions, records) -> Collections.swap(spans(versions, 1), 0, 2));
    }

    @Test
    void twoSwappedSpansOfDifferentPartitionsAreFound() {
        broken(
                "digest of the spans",
                (versions, records) -> Collections.swap(spans(versions, 3), 0, 1));
    }

    @Test
    void aSpanWithAnotherDigestIsFound() {
        broken(
                "digest of the records",
                (versions, records) ->
                        spans(versions, 2).get(0).setHash(spans(versions, 1).get(0).getHash()));
    }

    @Test
    void oneChangedByteInTheJournalIsFound() {
        broken(
                "digest of the records",
                (versions, records) -> {
                    Entry<byte[]> old = records.get(4);
                    byte[] value = old.value().clone();
                    value[0] ^= 1;
                    records.set(4, new Entry<>(old.key(), old.partition(), old.offset(), 0, value));
                });
    }

    @Test
    void aRecordDroppedFromTheJournalIsFound() {
        broken("last offset", (versions, records) -> records.remove(9));
    }

    @Test
    void aRecordThatNobodyLearnedIsFound() {
        broken("records of partition 0", (versions, records) -> records.add(record(0, 12)));
    }

    @Test
    void aVersionThatDoesNotBeginWhereItsParentEndedIsFound() {
        broken(
                "where tally/2 starts",
                (versions, records) -> versions.get(1).setStartOffsets(List.of(4L, 2L)));
    }

    @Test
    void aVersionThatIsThereTwiceIsFound() {
        broken("an earlier lineage", (versions, records) -> versions.add(versions.get(1)));
    }

    @Test
    void aMissingVersionIsFound() {
        broken("version of tally/3", (versions, records) -> versions.remove(1));
    }

    private void broken(String where, BiConsumer<List<Lineage>, List<Entry<byte[]>>> change) {
        assertThatThrownBy(() -> check(change))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(where);
    }

    /** Manifests are made before the change, as the trainer would have made them. */
    private void check(BiConsumer<List<Lineage>, List<Entry<byte[]>>> change) {
        List<Entry<CheckpointManifest>> manifests =
                lineage.stream()
                        .map(SpansTileTheJournalTest::manifest)
                        .map(manifest -> new Entry<>("", 0, 0, 0, manifest))
                        .toList();
        change.accept(lineage, journal);
        List<Entry<Lineage>> entries =
                lineage.stream().map(version -> new Entry<>("", 0, 0, 0, version)).toList();
        new SpansTileTheJournal()
                .check(
                        new RunRecord(
                                ClusterSettings.of("nowhere:1", "http://nowhere:1"),
                                SourceShare.ALL,
                                Map.of(),
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of(),
                                journal,
                                List.of(),
                                manifests,
                                entries,
                                List.of()));
    }

    private static List<Span> spans(List<Lineage> versions, int version) {
        return versions.get(version - 1).getSpans();
    }

    private static Entry<byte[]> record(int partition, long offset) {
        return new Entry<>(
                "key-" + partition,
                partition,
                offset,
                0,
                ("value " + offset).getBytes(StandardCharsets.UTF_8));
    }

    private Span span(int partition, long first, long last) {
        List<Entry<byte[]>> held =
                journal.stream()
                        .filter(record -> record.partition() == partition)
                        .filter(record -> record.offset() >= first && record.offset() <= last)
                        .toList();
        return new Span(
                "", partition, first, last, (long) held.size(), SpanDigests.ofRecords(held));
    }

    private static Lineage version(long number, List<Long> starts, Span... spans) {
        return Lineage.newBuilder()
                .setModel("tally")
                .setVersion(number)
                .setParentVersion(number - 1)
                .setStartOffsets(starts)
                .setSpans(new ArrayList<>(List.of(spans)))
                .setWeightsDigest(NOTHING)
                .setStateDigest(NOTHING)
                .build();
    }

    private static CheckpointManifest manifest(Lineage version) {
        return CheckpointManifest.newBuilder()
                .setModel(version.getModel())
                .setVersion(version.getVersion())
                .setSpecDigest(NOTHING)
                .setWeightsDigest(NOTHING)
                .setStateDigest(NOTHING)
                .setState(new OffsetRange("", 0, 0L, 0L))
                .setSpanListDigest(SpanDigests.ofList(version.getSpans()))
                .build();
    }
}
