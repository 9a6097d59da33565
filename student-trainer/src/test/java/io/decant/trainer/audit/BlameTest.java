package io.decant.trainer.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.decant.records.Lineage;
import io.decant.records.OffsetRange;
import io.decant.records.Span;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BlameTest {
    private static final String TOPIC = "journal-1";

    private static Lineage version(
            long version, List<Long> start, List<OffsetRange> gaps, Span... spans) {
        Lineage lineage = new Lineage();
        lineage.setModel("student");
        lineage.setVersion(version);
        lineage.setParentVersion(version - 1);
        lineage.setStartOffsets(start);
        lineage.setGaps(gaps);
        lineage.setSpans(List.of(spans));
        return lineage;
    }

    private static Span span(int partition, long first, long last) {
        return new Span(TOPIC, partition, first, last, last - first + 1, ByteBuffer.allocate(0));
    }

    /** Begins at offset 5; partition 0 jumps over 30 to 39 in version 3. */
    private static LineageIndex index(long oldest) {
        TreeMap<Long, Lineage> lineage = new TreeMap<>();
        lineage.put(
                1L,
                version(
                        1,
                        List.of(5L, 5L),
                        List.of(),
                        span(0, 5, 9),
                        span(1, 5, 7),
                        span(0, 10, 12)));
        lineage.put(2L, version(2, List.of(13L, 8L), List.of(), span(0, 13, 29)));
        lineage.put(
                3L,
                version(
                        3,
                        List.of(30L, 8L),
                        List.of(new OffsetRange(TOPIC, 0, 30L, 40L)),
                        span(0, 40, 49),
                        span(1, 8, 8)));
        lineage.headMap(oldest).clear();
        return new LineageIndex(lineage, TOPIC);
    }

    static Stream<Arguments> places() {
        return Stream.of(
                arguments(0, 5, 1, new Placement.InVersion(1)),
                arguments(0, 12, 1, new Placement.InVersion(1)),
                arguments(0, 13, 1, new Placement.InVersion(2)),
                arguments(1, 7, 1, new Placement.InVersion(1)),
                arguments(1, 8, 1, new Placement.InVersion(3)),
                arguments(1, 9, 1, new Placement.NotYet()),
                arguments(0, 50, 1, new Placement.NotYet()),
                arguments(0, 4, 1, new Placement.BeforeTheModel()),
                arguments(0, 35, 1, new Placement.InGap(3)),
                arguments(0, 5, 2, new Placement.Unknown()),
                arguments(0, 13, 2, new Placement.InVersion(2)),
                arguments(0, 13, 9, new Placement.Unknown()));
    }

    @ParameterizedTest
    @MethodSource("places")
    void aRecordBelongsToTheVersionWhoseSpanHoldsIt(
            int partition, long offset, long oldestLineage, Placement expected) {
        assertThat(index(oldestLineage).of(partition, offset)).isEqualTo(expected);
    }

    @Test
    void aSpanOfAnotherTopicHoldsNothing() {
        // Given
        TreeMap<Long, Lineage> lineage = new TreeMap<>();
        lineage.put(1L, version(1, List.of(0L), List.of(), span(0, 0, 9)));
        // When, Then
        assertThat(new LineageIndex(lineage, "journal-2").of(0, 3))
                .isEqualTo(new Placement.Unknown());
    }

    @Test
    void aVersionEndsWhereItsSpansDo() {
        Lineage third = index(1).lineage(3).orElseThrow();
        assertThat(LineageIndex.ends(third)).containsExactly(50L, 9L);
    }

    private static Trace trace(long offset, Placement placement, Trace.Use use) {
        return new Trace(offset, 0, "", List.of(), "", placement, use);
    }

    private static Trace learned(long offset, long version, boolean softTarget, boolean label) {
        return trace(
                offset, new Placement.InVersion(version), new Trace.Use.Learned(softTarget, label));
    }

    static Stream<Arguments> verdicts() {
        Placement in = new Placement.InVersion(12);
        return Stream.of(
                arguments(
                        List.of(learned(3, 12, true, true)),
                        "first contained by soft target and label in version 12"),
                arguments(
                        List.of(learned(3, 12, true, false), learned(9, 14, false, true)),
                        "first contained by soft target in version 12, by label in version 14"),
                arguments(
                        List.of(learned(3, 12, true, false)),
                        "first contained by soft target in version 12"),
                arguments(
                        List.of(learned(3, 12, false, true)),
                        "first contained by label in version 12"),
                arguments(
                        List.of(
                                learned(3, 12, true, false),
                                trace(9, new Placement.NotYet(), new Trace.Use.Untouched())),
                        "first contained by soft target in version 12; not yet learned (offset 9)"),
                arguments(
                        List.of(trace(3, in, new Trace.Use.Refused("too wide"))),
                        "contained in no version; refused and dead-lettered (offset 3): too wide"),
                arguments(
                        List.of(trace(3, in, new Trace.Use.FilteredOut())),
                        "contained in no version; filtered out by model.filter or teachers.weights (offset 3)"),
                arguments(
                        List.of(trace(3, in, new Trace.Use.Excluded())),
                        "contained in no version; excluded by model.exclude (offset 3)"),
                arguments(
                        List.of(trace(3, in, new Trace.Use.HeldOut())),
                        "contained in no version; held out for the publishing gate (offset 3)"),
                arguments(
                        List.of(
                                trace(
                                        3,
                                        new Placement.BeforeTheModel(),
                                        new Trace.Use.Untouched())),
                        "contained in no version; older than the model, which began to read behind it (offset 3)"),
                arguments(
                        List.of(
                                trace(3, new Placement.InGap(4), new Trace.Use.Untouched()),
                                trace(5, new Placement.Unknown(), new Trace.Use.Untouched())),
                        "contained in no version; in a gap that version 4 accepted (offset 3); in a version whose lineage is gone (offset 5)"));
    }

    @ParameterizedTest
    @MethodSource("verdicts")
    void theVerdictNamesTheFirstVersions(List<Trace> traces, String expected) {
        assertThat(Blame.of(traces).verdict()).isEqualTo(expected);
    }

    @Test
    void theFirstVersionIsTheLowest() {
        // When a sample was learned twice by label, which a joiner without its window may cause
        Blame blame = Blame.of(List.of(learned(3, 12, false, true), learned(9, 14, true, true)));
        // Then
        assertThat(blame.label()).isEqualTo(OptionalLong.of(12));
        assertThat(blame.softTarget()).isEqualTo(OptionalLong.of(14));
    }

    @Test
    void anAbsentSampleMayHaveExpiredOnlyWhenThePartitionIsNotComplete() {
        assertThat(Blame.absent("a", 2, 0)).contains("never arrived").doesNotContain("expired");
        assertThat(Blame.absent("a", 2, 7)).contains("expired").contains("begins at offset 7");
    }
}
