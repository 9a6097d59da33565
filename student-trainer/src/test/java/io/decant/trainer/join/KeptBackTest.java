package io.decant.trainer.join;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class KeptBackTest {
    private static final byte[] A = {'a'};
    private static final byte[] B = {'b'};

    private final KeptBack ids = new KeptBack(Duration.ofMillis(100), 2);

    @Test
    void aPairIsDueWhenItsWaitIsOverAndOnlyOnce() {
        // Given
        ids.add(A, 1000);
        ids.add(B, 1050);

        // When, Then
        assertThat(ids.due(1099)).isEmpty();
        assertThat(ids.due(1100)).contains(A);
        assertThat(ids.due(1100)).isEmpty();
        assertThat(ids.due(2000)).contains(B);
        assertThat(ids.due(9999)).isEmpty();
    }

    @Test
    void theOldestLeavesEarlyForOneMoreThanTheBound() {
        // Given
        ids.add(A, 1000);
        ids.add(B, 1000);

        // When, Then
        assertThat(ids.add(new byte[] {'c'}, 1001)).contains(A);
        assertThat(ids.due(1100)).contains(B);
    }

    @Test
    void whatWasFoundAfterARestartIsDueAtOnce() {
        // When
        ids.addDue(A, 1000);

        // Then
        assertThat(ids.due(1000)).contains(A);
    }
}
