package io.decant.trainer.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AheadTest {
    @Test
    void thingsArriveInOrderAndThenTheEnd() {
        // Given
        try (Ahead<Integer> ahead =
                new Ahead<>(
                        "test",
                        2,
                        sink -> {
                            for (int i = 0; i < 100; i++) {
                                sink.accept(i);
                            }
                        })) {
            // When, Then
            for (int i = 0; i < 100; i++) {
                assertThat(ahead.next()).contains(i);
            }
            assertThat(ahead.next()).isEmpty();
            assertThat(ahead.next()).isEmpty();
        }
    }

    @Test
    void aFailureComesAfterWhatWasHandedOverBefore() {
        // Given
        try (Ahead<Integer> ahead =
                new Ahead<>(
                        "test",
                        5,
                        sink -> {
                            sink.accept(1);
                            throw new IllegalStateException("the reader broke");
                        })) {
            // When, Then
            assertThat(ahead.next()).isEqualTo(Optional.of(1));
            assertThatThrownBy(ahead::next).hasMessage("the reader broke");
        }
    }

    @Test
    void closingEndsWorkThatWaitsForATaker() throws Exception {
        // Given
        AtomicInteger handed = new AtomicInteger();
        CountDownLatch over = new CountDownLatch(1);
        Ahead<Integer> ahead =
                new Ahead<>(
                        "test",
                        1,
                        sink -> {
                            try {
                                while (true) {
                                    sink.accept(handed.incrementAndGet());
                                }
                            } finally {
                                over.countDown();
                            }
                        });
        assertThat(ahead.next()).contains(1);
        // When
        ahead.close();
        // Then: one taken, one waiting, at most one under way
        assertThat(over.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(handed.get()).isLessThanOrEqualTo(3);
    }
}
