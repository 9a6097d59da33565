package io.decant.pipeline.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StageRunnerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(50);

    /** What happened, with the thread it happened on. */
    private final List<String> events = new CopyOnWriteArrayList<>();

    private final CountDownLatch worked = new CountDownLatch(3);

    private interface Turn {
        int take() throws Exception;
    }

    /** A stage that writes down its life. */
    private Stage stage(Turn turn) {
        note("made");
        return new Stage() {
            @Override
            public String name() {
                return "test";
            }

            @Override
            public int doWork() throws Exception {
                worked.countDown();
                return turn.take();
            }

            @Override
            public void close() {
                note("closed");
            }
        };
    }

    private void note(String event) {
        events.add(event + " on " + Thread.currentThread().getName());
    }

    @Test
    void aStageIsMadeWorkedAndClosedOnItsOwnThread() throws Exception {
        // Given
        StageRunner runner = StageRunner.start("stage-7", () -> stage(() -> 0), PATIENCE);
        worked.await();

        // When
        runner.close();

        // Then
        assertThat(runner.ended()).isCompletedWithValue(null);
        assertThat(events).containsExactly("made on stage-7", "closed on stage-7");
    }

    @Test
    void aFailureEndsTheStageAndIsReported() {
        // Given
        IOException broken = new IOException("broken");

        // When
        StageRunner runner =
                StageRunner.start(
                        "stage-7",
                        () ->
                                stage(
                                        () -> {
                                            throw broken;
                                        }),
                        PATIENCE);

        // Then
        assertThatThrownBy(() -> runner.ended().get())
                .isInstanceOf(ExecutionException.class)
                .hasCause(broken);
        assertThat(events).containsExactly("made on stage-7", "closed on stage-7");
        runner.close();
    }

    @Test
    void anErrorIsReportedToo() {
        StageRunner runner =
                StageRunner.start(
                        "stage-7",
                        () ->
                                stage(
                                        () -> {
                                            throw new NoClassDefFoundError("libtorch");
                                        }),
                        PATIENCE);

        assertThatThrownBy(() -> runner.ended().get())
                .hasCauseInstanceOf(NoClassDefFoundError.class);
        runner.close();
    }

    @Test
    void aStageThatCannotBeMadeIsReported() {
        StageRunner runner =
                StageRunner.start(
                        "stage-7",
                        () -> {
                            throw new IOException("no broker");
                        },
                        PATIENCE);

        assertThatThrownBy(() -> runner.ended().get()).hasRootCauseMessage("no broker");
        runner.close();
    }

    @Test
    void aFailureWhileStoppingIsReported() throws Exception {
        // Given: the last turn waits until the stage is stopped, then fails
        CountDownLatch waiting = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        StageRunner runner =
                StageRunner.start(
                        "stage-7",
                        () ->
                                stage(
                                        () -> {
                                            waiting.countDown();
                                            stopped.await();
                                            throw new IOException("the last commit failed");
                                        }),
                        PATIENCE);
        waiting.await();

        // When
        runner.stop();
        stopped.countDown();

        // Then
        assertThatThrownBy(() -> runner.ended().get())
                .hasRootCauseMessage("the last commit failed");
    }

    @Test
    void closingInterruptsAStageThatDoesNotEnd() throws Exception {
        // Given: a turn that waits for ever
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch waiting = new CountDownLatch(1);
        StageRunner runner =
                StageRunner.start(
                        "stage-7",
                        () ->
                                stage(
                                        () -> {
                                            waiting.countDown();
                                            never.await();
                                            return 0;
                                        }),
                        SHORT);
        waiting.await();

        // When
        runner.close();
        runner.ended().get(20, TimeUnit.SECONDS);

        // Then
        assertThat(events).containsExactly("made on stage-7", "closed on stage-7");
    }

    @Test
    void closingIsBoundedEvenIfAStageIgnoresItsInterrupt() throws Exception {
        // Given
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch waiting = new CountDownLatch(1);
        StageRunner runner =
                StageRunner.start(
                        "stage-7",
                        () ->
                                stage(
                                        () -> {
                                            waiting.countDown();
                                            awaitUninterruptibly(release);
                                            return 0;
                                        }),
                        SHORT);
        waiting.await();

        // When
        runner.close();

        // Then: closed, and the stage still runs
        assertThat(runner.ended()).isNotDone();
        release.countDown();
        runner.ended().get(20, TimeUnit.SECONDS);
    }

    @Test
    void closingTwiceIsClosingOnce() {
        StageRunner runner = StageRunner.start("stage-7", () -> stage(() -> 0), PATIENCE);

        runner.close();
        runner.close();

        assertThat(runner.ended()).isCompletedWithValue(null);
        assertThat(events).filteredOn(event -> event.startsWith("closed")).hasSize(1);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException ignored) {
                // This stage is made to ignore it.
            }
        }
    }
}
