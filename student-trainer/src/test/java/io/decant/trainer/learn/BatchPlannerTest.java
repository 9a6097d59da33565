package io.decant.trainer.learn;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.records.PairKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchPlannerTest {
    private final SplittableRandom random = new SplittableRandom(1);

    /**
     * A row: what arrives (s soft-only, l labelled, o label-only, c correction, g gate; with a
     * count), and the steps that this makes due, as live+corrections.
     */
    @ParameterizedTest
    @CsvSource({
        "s31, ''",
        "s32, 32+0",
        "l16 s16, 32+0",
        "o32, 32+0",
        "g40 s31, ''",
        "c31, ''",
        "c32, 0+32",
        "c70, 0+32 0+32",
        "s1 c32, ''",
        "s1 c63, ''",
        "s1 c64, 1+32 0+32",
        "c20 s32, 32+20",
        "s1 c40 s31, 32+32",
        "s1 c40 s31 c23, 32+32",
        "s1 c40 s31 c24, 32+32 0+32",
        "s64 c3, 32+0 32+0"
    })
    void stepsFollowFromThePairsAlone(String arrivals, String expected) {
        // Given
        BatchPlanner planner = new BatchPlanner();
        // When
        List<Batch> steps = take(planner, arrivals);
        // Then
        assertThat(String.join(" ", steps.stream().map(BatchPlannerTest::shape).toList()))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"s5, 5+0", "c5, 0+5", "s5 c40, 5+32 0+8", "g9, ''"})
    void aForcedBorderTakesAllThatIsOpen(String arrivals, String expected) {
        // Given
        BatchPlanner planner = new BatchPlanner();
        assertThat(take(planner, arrivals)).isEmpty();
        // When
        List<String> steps = all(planner::next).stream().map(BatchPlannerTest::shape).toList();
        // Then
        assertThat(String.join(" ", steps)).isEqualTo(expected);
        assertThat(planner.isEmpty()).isTrue();
    }

    @Test
    void correctionsAreTakenOldestFirst() {
        // Given
        BatchPlanner planner = new BatchPlanner();
        take(planner, "s1");
        List<Pair> late = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            late.add(TestPairs.pair(PairKind.LABEL_CORRECTION, "late" + i, random));
            planner.take(late.get(i));
            assertThat(planner.due()).isEmpty();
        }
        // When
        Batch first = planner.next().orElseThrow();
        // Then
        assertThat(first.corrections()).isEqualTo(late.subList(0, 32));
    }

    private List<Batch> take(BatchPlanner planner, String arrivals) {
        List<Batch> due = new ArrayList<>();
        for (String group : arrivals.split(" ")) {
            for (int i = 0; i < Integer.parseInt(group.substring(1)); i++) {
                PairKind kind =
                        switch (group.charAt(0)) {
                            case 's' -> PairKind.SOFT_ONLY;
                            case 'l' -> PairKind.LABELLED;
                            case 'o' -> PairKind.LABEL_ONLY;
                            case 'c' -> PairKind.LABEL_CORRECTION;
                            default -> PairKind.GATE;
                        };
                planner.take(TestPairs.pair(kind, group + i, random));
                due.addAll(all(planner::due));
            }
        }
        return due;
    }

    private static List<Batch> all(Supplier<Optional<Batch>> batches) {
        List<Batch> all = new ArrayList<>();
        for (Optional<Batch> batch = batches.get(); batch.isPresent(); batch = batches.get()) {
            all.add(batch.get());
        }
        return all;
    }

    private static String shape(Batch batch) {
        return batch.live().size() + "+" + batch.corrections().size();
    }
}
