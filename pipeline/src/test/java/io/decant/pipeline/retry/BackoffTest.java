package io.decant.pipeline.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private final List<Long> waits = new ArrayList<>();
    private final List<Long> timesLeft = new ArrayList<>();
    private long nanos;
    private int attempts;

    /** Waits only move the clock. */
    private final Backoff backoff =
            new Backoff(
                    Duration.ofMillis(10),
                    Duration.ofMillis(40),
                    Duration.ofMillis(150),
                    () -> nanos,
                    wait -> {
                        waits.add(wait.toMillis());
                        nanos += wait.toNanos();
                    });

    @Test
    void itReturnsWhatTheFirstSuccessfulAttemptReturns() {
        // When
        String answer =
                backoff.retry(
                        "ask",
                        failure -> true,
                        left -> {
                            if (++attempts < 4) {
                                throw new IOException("not yet");
                            }
                            return "here";
                        });

        // Then
        assertThat(answer).isEqualTo("here");
        assertThat(waits).containsExactly(10L, 20L, 40L);
    }

    @Test
    void itGivesUpAtTheLimitAndNamesTheInnermostReason() {
        assertThatThrownBy(
                        () ->
                                backoff.retry(
                                        "ask the broker",
                                        failure -> true,
                                        left -> {
                                            timesLeft.add(left.toMillis());
                                            throw new ExecutionException(
                                                    new IOException("nobody there"));
                                        }))
                .isInstanceOf(GaveUpException.class)
                .hasMessage(
                        "could not ask the broker within 150 ms (6 attempts): IOException: nobody there");
        assertThat(waits).containsExactly(10L, 20L, 40L, 40L, 40L);
        assertThat(timesLeft).containsExactly(150L, 140L, 120L, 80L, 40L, 1L);
    }

    @Test
    void aFailureThatDoesNotPassEndsItAtOnce() {
        assertThatThrownBy(
                        () ->
                                backoff.retry(
                                        "ask",
                                        failure -> false,
                                        left -> {
                                            throw new IOException("refused");
                                        }))
                .isInstanceOf(GaveUpException.class)
                .hasMessage("could not ask: IOException: refused");
        assertThat(waits).isEmpty();
    }

    @Test
    void anInterruptedWaitEndsItAndKeepsTheFlag() {
        // Given
        Backoff interrupted =
                new Backoff(
                        Duration.ofMillis(10),
                        Duration.ofMillis(10),
                        Duration.ofSeconds(1),
                        () -> nanos,
                        wait -> {
                            throw new InterruptedException();
                        });

        // When / Then
        assertThatThrownBy(
                        () ->
                                interrupted.retry(
                                        "ask",
                                        failure -> true,
                                        left -> {
                                            throw new IOException("not yet");
                                        }))
                .isInstanceOf(GaveUpException.class)
                .hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void limitsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(
                        () ->
                                new Backoff(
                                        Duration.ofMillis(20),
                                        Duration.ofMillis(10),
                                        Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("first <= longest");
    }
}
