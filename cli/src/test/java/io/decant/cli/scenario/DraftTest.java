package io.decant.cli.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.decant.cli.run.Rendering;
import io.decant.cli.run.StreamPlan;
import io.decant.cli.run.StreamPlan.Event;
import io.decant.cli.run.StreamPlan.Item;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DraftTest {
    private static List<Item> items(StreamPlan plan) {
        return IntStream.range(0, plan.samples()).mapToObj(plan::item).toList();
    }

    @Test
    void withoutMoreEveryCandidateComesOnceWithItsLabelInAnOrderThatTheSeedFixes() {
        // When
        StreamPlan plan = new Draft(Givens.of(1, Givens.NOTHING)).plan();
        // Then
        assertThat(plan.order())
                .containsExactlyInAnyOrder(
                        IntStream.range(Givens.FIRST, Givens.FIRST + Givens.SAMPLES).toArray())
                .isEqualTo(new Draft(Givens.of(1, Givens.NOTHING)).plan().order())
                .isNotEqualTo(new Draft(Givens.of(2, Givens.NOTHING)).plan().order());
        assertThat(items(plan))
                .allMatch(item -> item.truth() == item.index() % Givens.CLASSES)
                .allMatch(item -> item.label().getAsInt() == item.truth())
                .allMatch(item -> item.rendering() == Rendering.PLAIN);
    }

    @Test
    void blocksFollowEachOtherAndEachKeepsThePermutedOrder() {
        // Given
        Draft draft = new Draft(Givens.of(Givens.NOTHING));
        int[] permuted = new Draft(Givens.of(Givens.NOTHING)).plan().order();
        // When: odd classes come first
        int[] order = draft.blocks(index -> index % Givens.CLASSES % 2 == 1 ? 0 : 1).plan().order();
        // Then
        List<Integer> expected = new ArrayList<>();
        IntStream.of(permuted).filter(i -> i % Givens.CLASSES % 2 == 1).forEach(expected::add);
        IntStream.of(permuted).filter(i -> i % Givens.CLASSES % 2 == 0).forEach(expected::add);
        assertThat(order).containsExactly(expected.toArray(Integer[]::new));
    }

    @Test
    void whatIsLeftOutIsReplacedByOthersWhenTheStreamIsShort() {
        // Given
        Asked short900 =
                new Asked(
                        OptionalInt.of(900),
                        OptionalDouble.empty(),
                        List.of(),
                        List.of(),
                        List.of(),
                        500);
        // When
        StreamPlan plan =
                new Draft(Givens.of(short900)).keep(index -> index % Givens.CLASSES != 4).plan();
        // Then
        assertThat(plan.samples()).isEqualTo(900);
        assertThat(items(plan)).noneMatch(item -> item.truth() == 4);
    }

    @Test
    void aMeaningChangesTruthAndLabelFromItsPositionOn() {
        // Given
        Given given = Givens.of(Givens.NOTHING);
        List<Integer> becomes = given.swapped(List.of(0, 1));
        // When
        StreamPlan plan =
                new Draft(given).meaning(position -> position < 1000 ? List.of() : becomes).plan();
        // Then
        for (int position = 0; position < plan.samples(); position++) {
            Item item = plan.item(position);
            int inFile = item.index() % Givens.CLASSES;
            int expected = position < 1000 || inFile > 1 ? inFile : 1 - inFile;
            assertThat(item.truth()).as("position %d", position).isEqualTo(expected);
            assertThat(item.label()).hasValue(expected);
        }
    }

    @Test
    void wrongLabelsNeverEnterTheTruth() {
        // When
        StreamPlan plan = new Draft(Givens.of(Givens.NOTHING)).noise(0.5).plan();
        // Then: three standard deviations of a binomial
        long wrong =
                items(plan).stream()
                        .filter(item -> item.label().getAsInt() != item.truth())
                        .count();
        assertThat(wrong / (double) Givens.SAMPLES).isCloseTo(0.5, within(0.024));
        assertThat(items(plan)).allMatch(item -> item.truth() == item.index() % Givens.CLASSES);
    }

    @Test
    void aLateLabelWaitsForWhatIsUnderWayAsWell() {
        // Given: 500 samples may be under way
        StreamPlan plan = new Draft(Givens.of(Givens.NOTHING)).delay(1000).plan();
        // When
        List<Event> events = new ArrayList<>();
        plan.forEach(events::add);
        // Then: the first label comes when sample 1 000 was learned, whatever is under way
        assertThat(events.subList(0, 1501)).allMatch(Event.SampleEvent.class::isInstance);
        assertThat(events.get(1501)).isEqualTo(new Event.LabelEvent(0));
    }

    @Test
    void eachPassBringsTheSameSamplesInAnotherOrder() {
        // Given
        int[] once = new Draft(Givens.of(Givens.NOTHING)).plan().order();
        // When
        int[] twice = new Draft(Givens.of(Givens.NOTHING)).passes(2).plan().order();
        // Then
        assertThat(Arrays.copyOf(twice, once.length)).isEqualTo(once);
        assertThat(Arrays.copyOfRange(twice, once.length, twice.length))
                .isNotEqualTo(once)
                .containsExactlyInAnyOrder(once);
    }

    @Test
    void theUsersShareOfLabelsWins() {
        // Given
        Asked none =
                new Asked(
                        OptionalInt.empty(),
                        OptionalDouble.of(0),
                        List.of(),
                        List.of(),
                        List.of(),
                        500);
        // When, Then
        assertThat(new Draft(Givens.of(none)).labels(0.5).plan().labels()).isZero();
    }
}
