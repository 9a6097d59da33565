package io.decant.pipeline.pause;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.records.Control;
import io.decant.records.Order;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PauseOrdersTest {
    private static final Instant START = Instant.parse("2026-11-22T08:00:00Z");

    private final PauseOrders orders = new PauseOrders("trainer", false, START);
    private final PauseOrders startedPaused = new PauseOrders("trainer", true, START);

    private static Control order(Order kind, long sequence, Instant at) {
        return new Control(
                "trainer",
                kind,
                0L,
                "ada",
                "peak hours",
                sequence,
                at.toEpochMilli(),
                "",
                ByteBuffer.allocate(0));
    }

    @Test
    void anOrderPausesAndTheNextOneResumes() {
        assertThat(orders.reason()).isEmpty();
        orders.take(order(Order.PAUSE, 1, START));
        assertThat(orders.reason())
                .contains(
                        "paused by ada since 2026-11-22T08:00:00Z: peak hours; 'decant resume trainer' lets it go on");
        orders.take(order(Order.RESUME, 2, START));
        assertThat(orders.reason()).isEmpty();
    }

    @Test
    void anOldOrderThatComesAgainChangesNothing() {
        // Given
        orders.take(order(Order.PAUSE, 4, START));

        // When
        orders.take(order(Order.RESUME, 4, START));
        orders.take(order(Order.RESUME, 3, START));

        // Then
        assertThat(orders.reason()).isPresent();
    }

    @Test
    void ordersOfOtherKindsAndRemovedOnesPauseNothing() {
        orders.take(order(Order.UNKNOWN, 1, START));
        assertThat(orders.reason()).isEmpty();
        orders.take(order(Order.PAUSE, 2, START));
        orders.remove();
        assertThat(orders.reason()).isEmpty();
    }

    @Test
    void aServiceThatStartsPausedWaitsForAnOrderThatIsLaterThanItsStart() {
        // Given the order of an earlier life
        startedPaused.take(order(Order.RESUME, 1, START.minusMillis(1)));
        assertThat(startedPaused.reason())
                .contains(
                        "started paused (pause.start-paused is true); 'decant resume trainer' lets it go on");

        // When
        startedPaused.take(order(Order.RESUME, 2, START.plusSeconds(5)));

        // Then
        assertThat(startedPaused.reason()).isEmpty();
    }
}
