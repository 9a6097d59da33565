package io.decant.trainer.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.records.Control;
import io.decant.records.Order;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class StandingOrdersTest {
    private static final String OVERRIDE = "digits/@override";
    private static final String PIN = "digits/@pin/3";

    private final StandingOrders standing = new StandingOrders(OVERRIDE);

    @Test
    void theNewestOrderOfAKeyStands() {
        // Given
        standing.take(OVERRIDE, order(Order.OVERRIDE, 12, 1, 1_000));
        standing.take(PIN, order(Order.PIN, 3, 2, 2_000));
        // When
        standing.take(OVERRIDE, order(Order.OVERRIDE, 14, 3, 3_000));
        // Then
        assertThat(standing.orders(true).needed()).containsExactlyInAnyOrder(14L, 3L);
        assertThat(standing.orders(true).orderedAtMillis()).isEqualTo(3_000);
    }

    @Test
    void anOldOrderThatIsWrittenAgainReleasesNoVersionAndSettlesNoVeto() {
        // Given: gateways follow the order of sequence 5, and no lower or equal one after it
        standing.take(OVERRIDE, order(Order.OVERRIDE, 12, 5, 1_000));
        // When
        standing.take(OVERRIDE, order(Order.OVERRIDE, 0, 4, 2_000));
        standing.take(OVERRIDE, order(Order.OVERRIDE, 7, 5, 2_000));
        // Then
        assertThat(standing.orders(true).needed()).containsExactly(12L);
        assertThat(standing.orders(true).orderedAtMillis()).isEqualTo(1_000);
    }

    @Test
    void aRemovedPinKeepsNothing() {
        // Given
        standing.take(PIN, order(Order.PIN, 3, 2, 2_000));
        // When
        standing.remove(PIN);
        // Then
        assertThat(standing.orders(true).needed()).isEmpty();
    }

    private static Control order(Order order, long version, long sequence, long atMillis) {
        return new Control(
                "digits",
                order,
                version,
                "ann",
                "because",
                sequence,
                atMillis,
                "",
                ByteBuffer.allocate(0));
    }
}
