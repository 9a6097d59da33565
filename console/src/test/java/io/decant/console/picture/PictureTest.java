package io.decant.console.picture;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.records.Control;
import io.decant.records.Event;
import io.decant.records.MetricPoint;
import io.decant.records.Order;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PictureTest {
    private final Picture picture = new Picture(new Limits(16, 4, 4, 4, 4, 2));

    @Test
    void aTrainersPointBecomesAPointOfItsCurveAndItsEventsARowEach() {
        // Given an event
        Event drift = new Event("drift", "disagreement", 0.3, 1, 9L, "it rose");

        // When the trainer's point comes twice, as after a registry that was away
        for (int i = 0; i < 2; i++) {
            picture.point("0-5", point("student", 1000, Map.of("alpha", 0.7), List.of(drift)));
        }

        // Then it is there once
        Picture.Frame frame = picture.changes(0);
        assertThat(rows(frame, "curve/student")).isEqualTo(Map.of("1000", row(1000, "alpha", 0.7)));
        assertThat(rows(frame, "events")).containsOnlyKeys("0-5-0");
    }

    @Test
    void aPointAboutLoadLeavesTheLearningValuesAsTheyWere() {
        // Given a trainer's point
        picture.point("0-1", point("student", 1000, Map.of("alpha", 0.7), List.of()));

        // When one comes that tells only how busy it is
        picture.point("0-2", point("student", 2000, Map.of("lag_records", 5.0), List.of()));

        // Then both are known, and the curve has the first alone
        assertThat(rows(picture.all(0), "services").values())
                .extracting("values")
                .containsExactly(Map.of("alpha", 0.7, "lag_records", 5.0));
        assertThat(rows(picture.all(0), "curve/student")).containsOnlyKeys("1000");
    }

    @Test
    void aStandbyIsNotTakenForTheTrainer() {
        // Given a trainer's point
        picture.point(
                "0-1", point("student", 1000, Map.of("leading", 1.0, "alpha", 0.5), List.of()));

        // When the standby's comes after it
        picture.point("0-2", point("student", 2000, Map.of("leading", 0.0), List.of()));

        // Then the trainer's stands, and the curve has one point
        assertThat(rows(picture.all(0), "services").values())
                .extracting("at")
                .containsExactly(1000L);
        assertThat(rows(picture.all(0), "curve/student")).hasSize(1);
    }

    @Test
    void memoryIsBoundedWhateverComes() {
        // Given limits of 16 points, 4 events and 2 models

        // When a thousand points of five models come, with an event each
        IntStream.range(0, 1000)
                .forEach(
                        i ->
                                picture.point(
                                        "0-" + i,
                                        point(
                                                "model" + i % 5,
                                                i,
                                                Map.of("alpha", 0.5),
                                                List.of(new Event("drift", "", 0.0, 0, 0L, "")))));

        // Then no board is larger than its limit, and two models have curves
        Picture.Frame all = picture.all(0);
        assertThat(rows(all, "curve/model0")).hasSizeLessThanOrEqualTo(16);
        assertThat(rows(all, "events")).hasSize(4);
        assertThat(all.boards().keySet().stream().filter(name -> name.startsWith("curve/")))
                .containsExactly("curve/model0", "curve/model1");
    }

    @Test
    void theOrderWithTheHigherSequenceStands() {
        // Given an order
        picture.order("student/@override", order(7, 5));

        // When one comes that was written later with a lower sequence, by somebody who was late
        picture.order("student/@override", order(3, 4));

        // Then the first still stands, as it does for gateways
        assertThat(rows(picture.all(0), "orders").values())
                .extracting("version")
                .containsExactly(7L);
    }

    @Test
    void ratesAreOverSeveralSurveysAndAGroupThatIsGoneIsForgotten() {
        // Given surveys two seconds apart, in which a writer commits 100 records every four seconds
        Survey.Group group = new Survey.Group("joiner", "Stable", 1, Map.of("samples", 3L));
        for (int i = 0; i <= 6; i++) {
            picture.survey(new Survey(i * 2000L, Map.of("samples", i / 2 * 100L), List.of(group)));
        }

        // When the group is gone in the last one
        picture.survey(new Survey(14_000, Map.of("samples", 300L), List.of()));

        // Then the rate is near 25 a second, and the group is not shown
        Picture.Flow samples = (Picture.Flow) rows(picture.all(0), "topics").get("samples");
        assertThat(samples.perSecond()).isBetween(15.0, 35.0);
        assertThat(rows(picture.all(0), "groups")).isEmpty();
    }

    private static MetricPoint point(
            String model, long at, Map<String, Double> values, List<Event> events) {
        return new MetricPoint(model, "trainer", "", 3L, at, values, events);
    }

    private static Control order(long version, long sequence) {
        return new Control(
                "student",
                Order.OVERRIDE,
                version,
                "who",
                "why",
                sequence,
                0L,
                "",
                ByteBuffer.allocate(0));
    }

    /** A row of a curve with one value. */
    private static List<Number> row(long at, String field, double value) {
        Number[] row = new Number[2 + Curves.FIELDS.size()];
        row[0] = at;
        row[1] = 3L;
        row[2 + Curves.FIELDS.indexOf(field)] = value;
        return Arrays.asList(row);
    }

    private static Map<String, ?> rows(Picture.Frame frame, String board) {
        return frame.boards().get(board).put();
    }
}
