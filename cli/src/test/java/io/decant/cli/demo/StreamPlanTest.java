package io.decant.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.decant.cli.demo.StreamPlan.Event;
import io.decant.cli.demo.StreamPlan.Event.LabelEvent;
import io.decant.cli.demo.StreamPlan.Event.SampleEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StreamPlanTest {
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
        return new StreamPlan(
                "run",
                options,
                IntStream.range(100, 100 + samples).boxed().toList(),
                IntStream.range(0, 100 + samples).map(i -> i % CLASSES).toArray(),
                CLASSES);
    }

    private static List<Event> events(StreamPlan plan) {
        List<Event> events = new ArrayList<>();
        plan.forEach(events::add);
        return events;
    }

    @Test
    void aLabelFollowsItsSampleByTheDelayAndTheRestComesAtTheEnd() {
        // Given
        StreamPlan plan = plan(options(1, 2, 0, false, 1), 4);
        // When
        List<Event> events = events(plan);
        // Then
        assertThat(events)
                .containsExactly(
                        new SampleEvent(100),
                        new SampleEvent(101),
                        new SampleEvent(102),
                        new LabelEvent(100, 100 % CLASSES),
                        new SampleEvent(103),
                        new LabelEvent(101, 101 % CLASSES),
                        new LabelEvent(102, 102 % CLASSES),
                        new LabelEvent(103, 103 % CLASSES));
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
        assertThat(events(plan)).noneMatch(LabelEvent.class::isInstance);
    }

    @Test
    void theShareOfLabelsAndOfWrongLabelsIsWhatWasAsked() {
        // Given
        StreamPlan plan = plan(options(0.3, 0, 0.5, true, 5), 20_000);
        // When
        List<LabelEvent> labels =
                events(plan).stream()
                        .filter(LabelEvent.class::isInstance)
                        .map(LabelEvent.class::cast)
                        .toList();
        // Then: three standard deviations of a binomial
        assertThat(labels.size() / 20_000.0).isCloseTo(0.3, within(0.01));
        assertThat(
                        labels.stream()
                                        .filter(
                                                label ->
                                                        label.classIndex()
                                                                != label.index() % CLASSES)
                                        .count()
                                / (double) labels.size())
                .isCloseTo(0.5, within(0.02));
        assertThat(labels)
                .allMatch(label -> label.classIndex() >= 0 && label.classIndex() < CLASSES);
        assertThat(plan.labels()).isEqualTo(labels.size());
    }

    @Test
    void impossibleOptionsAreRefusedTogether() {
        assertThatThrownBy(() -> options(1.5, -1, 2, true, 1))
                .hasMessageContaining("--labels")
                .hasMessageContaining("--label-delay")
                .hasMessageContaining("--label-noise");
    }
}
