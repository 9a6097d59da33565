package io.decant.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.decant.cli.run.StreamPlan;
import io.decant.cli.run.StreamPlan.Item;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DemoStreamTest {
    private static final int CLASSES = 7;

    private static DemoOptions options(
            double labels, int delay, double noise, boolean shuffle, long seed) {
        return new DemoOptions(
                Path.of("x"),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                labels,
                delay,
                noise,
                shuffle,
                OptionalDouble.empty(),
                seed,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    private static StreamPlan plan(DemoOptions options, int samples) {
        return DemoStream.plan(
                options,
                IntStream.range(100, 100 + samples).boxed().toList(),
                index -> index % CLASSES,
                CLASSES);
    }

    @Test
    void everySampleIsStreamedOnceInAnOrderThatTheSeedFixes() {
        // Given
        StreamPlan plan = plan(options(0, 0, 0, true, 5), 1000);
        // When
        int[] order = plan.order();
        // Then
        assertThat(order).containsExactlyInAnyOrder(IntStream.range(100, 1100).toArray());
        assertThat(order).isEqualTo(plan(options(0, 0, 0, true, 5), 1000).order());
        assertThat(order).isNotEqualTo(plan(options(0, 0, 0, true, 6), 1000).order());
        assertThat(plan.labels()).isZero();
    }

    @Test
    void theShareOfLabelsAndOfWrongLabelsIsWhatWasAsked() {
        // Given
        StreamPlan plan = plan(options(0.3, 0, 0.5, true, 5), 20_000);
        // When
        List<Item> labelled =
                IntStream.range(0, plan.samples())
                        .mapToObj(plan::item)
                        .filter(item -> item.label().isPresent())
                        .toList();
        // Then: three standard deviations of a binomial
        assertThat(labelled.size() / 20_000.0).isCloseTo(0.3, within(0.01));
        assertThat(
                        labelled.stream()
                                        .filter(
                                                item ->
                                                        item.label().getAsInt()
                                                                != item.index() % CLASSES)
                                        .count()
                                / (double) labelled.size())
                .isCloseTo(0.5, within(0.02));
        assertThat(labelled)
                .allMatch(item -> item.label().getAsInt() >= 0 && item.label().getAsInt() < CLASSES)
                .allMatch(item -> item.truth() == item.index() % CLASSES);
        assertThat(plan.labels()).isEqualTo(labelled.size());
    }

    @Test
    void impossibleOptionsAreRefusedTogether() {
        assertThatThrownBy(() -> options(1.5, -1, 2, true, 1))
                .hasMessageContaining("--labels")
                .hasMessageContaining("--label-delay")
                .hasMessageContaining("--label-noise");
    }
}
