package io.decant.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.cli.run.StreamPlan.Event;
import io.decant.cli.run.StreamPlan.Event.LabelEvent;
import io.decant.cli.run.StreamPlan.Event.SampleEvent;
import io.decant.cli.run.StreamPlan.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class StreamPlanTest {
    private static Item item(int index, OptionalInt label) {
        return new Item("run-" + index, index, Rendering.PLAIN, 1, label);
    }

    private static List<Event> events(int delay, OptionalInt... labels) {
        List<Item> items = new ArrayList<>();
        for (OptionalInt label : labels) {
            items.add(item(100 + items.size(), label));
        }
        List<Event> events = new ArrayList<>();
        new StreamPlan(items, delay).forEach(events::add);
        return events;
    }

    @Test
    void aLabelFollowsItsSampleByTheDelayAndTheRestComesAtTheEnd() {
        // Given
        OptionalInt some = OptionalInt.of(3);
        // When
        List<Event> events = events(2, some, some, some, some);
        // Then
        assertThat(events)
                .containsExactly(
                        new SampleEvent(0),
                        new SampleEvent(1),
                        new SampleEvent(2),
                        new LabelEvent(0),
                        new SampleEvent(3),
                        new LabelEvent(1),
                        new LabelEvent(2),
                        new LabelEvent(3));
    }

    @Test
    void aSampleWithoutALabelHoldsNobodyBack() {
        // When
        List<Event> events = events(0, OptionalInt.empty(), OptionalInt.of(3), OptionalInt.empty());
        // Then
        assertThat(events)
                .containsExactly(
                        new SampleEvent(0),
                        new SampleEvent(1),
                        new LabelEvent(1),
                        new SampleEvent(2));
    }

    @Test
    void aDelayLongerThanTheStreamPutsAllLabelsBehindIt() {
        // When
        List<Event> events = events(10, OptionalInt.of(3), OptionalInt.of(3));
        // Then
        assertThat(events)
                .containsExactly(
                        new SampleEvent(0),
                        new SampleEvent(1),
                        new LabelEvent(0),
                        new LabelEvent(1));
    }
}
