package io.decant.gateway.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.follower.ManualClock;
import io.decant.follower.reload.ServingModel;
import io.decant.follower.reload.ServingSlot;
import io.decant.gateway.answer.AnswerObserver;
import io.decant.pipeline.config.Configuration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Versions of a real model, and what may happen to them, under 200 requests a second of MNIST's
 * test images.
 */
@Timeout(120)
class GuardTest {
    private static final long SEED = Long.getLong("test.seed", 20261122L);
    private static final Duration BETWEEN_REQUESTS = Duration.ofMillis(5);
    private static final int WATCHED_REQUESTS = 30 * 200;

    /** A student that has learned 10 000 images, and 200 more. */
    private static float[] before;

    private static float[] after;
    private static byte[] images;

    private final ManualClock clock = new ManualClock();
    private final GuardCounters counters = new GuardCounters();
    private final ServingSlot slot = new ServingSlot();
    private LiveAnswers answers;
    private Guard guard;
    private GuardStage stage;
    private int asked;

    @BeforeAll
    static void learn() {
        images = MnistStudent.testImages();
        MnistStudent student = new MnistStudent(SEED);
        student.learn(10_000);
        before = student.weights();
        student.learn(200);
        after = student.weights();
    }

    private void start(String... overrides) {
        GuardSettings settings = Configuration.of(GuardSettings.class, List.of(overrides));
        answers = new LiveAnswers(settings, counters, clock);
        guard = new Guard(settings, slot, answers, counters, clock);
        stage = new GuardStage(settings, guard, answers, System::nanoTime);
    }

    /** Requests as the gateway answers them, each followed by a turn of the guard. */
    private void ask(int requests) throws InterruptedException {
        for (int i = 0; i < requests; i++) {
            clock.advance(BETWEEN_REQUESTS);
            answer(slot.current().orElseThrow());
            stage.turn(Duration.ZERO);
        }
    }

    private void answer(ServingModel model) {
        int row = asked++ % (images.length / MnistStudent.PIXELS);
        byte[] input =
                Arrays.copyOfRange(
                        images, row * MnistStudent.PIXELS, (row + 1) * MnistStudent.PIXELS);
        float[] logits = new float[MnistStudent.CLASSES];
        model.logits(input, 0, logits);
        for (float logit : logits) {
            if (!Float.isFinite(logit)) {
                answers.failed(model, 1, input, AnswerObserver.Failure.NOT_FINITE);
                return;
            }
        }
        answers.answered(model, Optional.empty(), 1, input, logits, 1000);
    }

    private long served() {
        return slot.current().orElseThrow().version();
    }

    /** A good version that is served, and one that comes after it. */
    private void serve(ServingModel next) {
        guard.serveTrusted(MnistStudent.version(1, before), 0, false);
        guard.serve(next, 0);
    }

    /** Weights with the biases of the classes changed. */
    private static float[] withBias(float[] weights, int first, int end, float by) {
        float[] changed = weights.clone();
        int bias = changed.length - MnistStudent.CLASSES;
        for (int c = first; c < end; c++) {
            changed[bias + c] += by;
        }
        return changed;
    }

    private void assertTakenBack(String reason) {
        assertThat(guard.waysBack())
                .singleElement()
                .satisfies(
                        back -> {
                            assertThat(back.from().version()).isEqualTo(2);
                            assertThat(back.to().version()).isEqualTo(1);
                            assertThat(back.reason()).contains(reason).contains("beside version 1");
                            assertThat(guard.tookBack(back.from())).isTrue();
                        });
        assertThat(served()).isEqualTo(1);
        assertThat(slot.current().orElseThrow().servedSince())
                .isAfter(clock.instant().minusSeconds(60));
        assertThat(counters.snapshot().rolledBack()).isEqualTo(1);
    }

    @Test
    void takesNoVersionBackWhileAModelLearnsFromNothingAndSwapsEverySecond() throws Exception {
        // Given a model that has learned nothing
        start();
        MnistStudent student = new MnistStudent(SEED);

        // When it learns 30 000 images in 300 versions, one a second
        double mostChanged = 0;
        GuardCounters.Snapshot second = counters.snapshot();
        for (int version = 1; version <= 300; version++) {
            student.learn(100);
            guard.serve(MnistStudent.version(version, student.weights()), 0);
            ask(200);
            GuardCounters.Snapshot now = counters.snapshot();
            mostChanged = Math.max(mostChanged, now.changed() - second.changed());
            second = now;
        }

        // Then its answers changed, all were compared, every version was served, and no second
        // came near the 40 sure answers of 200 that may change
        assertThat(mostChanged).isBetween(1.0, 20.0);
        assertThat(guard.waysBack()).as("seed %d", SEED).isEmpty();
        assertThat(served()).isEqualTo(300);
        assertThat(counters.snapshot().changed()).isGreaterThan(100);
        assertThat(counters.snapshot().compared()).isGreaterThan(299 * 195);
        assertThat(counters.snapshot().dropped()).isZero();
    }

    @Test
    void stopsComparingWhenAVersionHasSurvivedItsWatch() throws Exception {
        // Given
        start("watch=10s");
        serve(MnistStudent.version(2, after));

        // When
        ask(10 * 200);
        long compared = counters.snapshot().compared();
        ask(1000);

        // Then
        assertThat(compared).isBetween(1990L, 2000L);
        assertThat(counters.snapshot().compared()).isEqualTo(compared);
        assertThat(served()).isEqualTo(2);
    }

    @Test
    void takesAVersionWithPermutedClassesBackWithinASecond() throws Exception {
        // Given outputs that are each one class off: as many answers of each class as before
        start();
        float[] permuted = after.clone();
        int out = MnistStudent.HIDDEN * MnistStudent.PIXELS + MnistStudent.HIDDEN;
        int bias = out + MnistStudent.CLASSES * MnistStudent.HIDDEN;
        for (int c = 0; c < MnistStudent.CLASSES; c++) {
            int from = (c + 1) % MnistStudent.CLASSES;
            System.arraycopy(
                    after,
                    out + from * MnistStudent.HIDDEN,
                    permuted,
                    out + c * MnistStudent.HIDDEN,
                    MnistStudent.HIDDEN);
            permuted[bias + c] = after[bias + from];
        }
        serve(MnistStudent.version(2, permuted));

        // When
        ask(200);

        // Then
        assertTakenBack("guard.max-churn");
    }

    @Test
    void takesAVersionThatAlwaysAnswersTheSameBackWithinASecond() throws Exception {
        // Given
        start();
        serve(MnistStudent.version(2, withBias(after, 3, 4, 1000)));

        // When
        ask(200);

        // Then
        assertTakenBack("guard.max-distance");
    }

    @Test
    void takesAVersionThatNeverAnswersAClassBackDuringItsWatch() throws Exception {
        // Given
        start();
        serve(MnistStudent.version(2, withBias(after, 1, 2, -1000)));

        // When
        ask(WATCHED_REQUESTS);

        // Then
        assertTakenBack("guard.max-distance");
    }

    @Test
    void takesAVersionWithoutNumbersBackAtItsFirstRequest() throws Exception {
        // Given
        start();
        serve(MnistStudent.version(2, withBias(after, 0, 1, Float.NaN)));

        // When
        ask(1);

        // Then
        assertTakenBack("no finite answer");
    }

    @Test
    void takesAVersionThatIsManyTimesSlowerBackWithinASecond() throws Exception {
        // Given the same answers from a hidden layer 32 times as wide
        start();
        serve(MnistStudent.widened(2, after, 32 * MnistStudent.HIDDEN));

        // When
        ask(200);

        // Then
        assertTakenBack("guard.max-slowdown");
    }

    @Test
    void takesAVersionBackWhoseRequestsEndInErrors() throws Exception {
        // Given
        start();
        ServingModel failing = MnistStudent.version(2, after);
        serve(failing);
        byte[] input = Arrays.copyOf(images, MnistStudent.PIXELS);

        // When three of its first requests fail, and many of the version before that were on their
        // way
        ServingModel one = MnistStudent.version(1, before);
        for (int i = 0; i < 100; i++) {
            answers.failed(one, 1, input, AnswerObserver.Failure.BROKEN);
        }
        ask(1);
        assertThat(served()).isEqualTo(2);
        for (int i = 0; i < 3; i++) {
            answers.failed(failing, 1, input, AnswerObserver.Failure.BROKEN);
        }
        ask(1);

        // Then
        assertTakenBack("3 of its 5 requests ended in an error");
    }

    @Test
    void doesNotBlameAVersionForAnInputThatTheGoodOneCannotAnswerEither() throws Exception {
        // Given two versions whose logits overflow for any input, one of them good
        start();
        float[] huge = withBias(before, 0, 1, Float.POSITIVE_INFINITY);
        guard.serveTrusted(MnistStudent.version(1, huge), 0, false);
        guard.serve(MnistStudent.version(2, huge), 0);

        // When
        ask(200);

        // Then
        assertThat(served()).isEqualTo(2);
        assertThat(counters.snapshot().compared()).isZero();
    }

    @Test
    void triesWhatComesAfterAWayBackBesideTheGoodVersionFirst() throws Exception {
        // Given a version that was taken back
        start();
        float[] constant = withBias(after, 3, 4, 1000);
        serve(MnistStudent.version(2, constant));
        ask(200);
        assertTakenBack("guard.max-distance");

        // When its successor is as bad
        assertThat(guard.tries(MnistStudent.version(3, constant))).isTrue();
        ask(200);

        // Then it is refused, and was never served
        assertThat(guard.trialVerdict())
                .hasValueSatisfying(
                        verdict ->
                                assertThat(verdict)
                                        .isInstanceOf(Guard.Verdict.Failed.class)
                                        .asString()
                                        .contains("in its shadow trial, beside version 1"));
        assertThat(served()).isEqualTo(1);

        // When a later one is good
        ServingModel four = MnistStudent.version(4, after);
        assertThat(guard.tries(four)).isTrue();
        ask(50);
        assertThat(guard.trialVerdict()).as("after 50 of 100 comparisons").isEmpty();
        ask(50);

        // Then it passes, and the one after it is swapped in at once
        assertThat(guard.trialVerdict()).hasValue(new Guard.Verdict.Passed(""));
        guard.serve(four, 0);
        assertThat(guard.tries(MnistStudent.version(5, after))).isFalse();
        assertThat(counters.snapshot().trials()).isEqualTo(2);
    }

    @Test
    void triesEveryVersionForTheTimeThatIsSet() throws Exception {
        // Given
        start("shadow=2s");
        ServingModel two = MnistStudent.version(2, after);
        assertThat(guard.tries(MnistStudent.version(1, before))).as("the first version").isFalse();
        guard.serve(MnistStudent.version(1, before), 0);

        // When
        assertThat(guard.tries(two)).isTrue();
        ask(399);
        assertThat(guard.trialVerdict()).as("before its time is over").isEmpty();
        ask(1);

        // Then
        assertThat(guard.trialVerdict()).hasValue(new Guard.Verdict.Passed(""));
        assertThat(served()).isEqualTo(1);
    }

    @Test
    void acceptsACandidateThatNobodyAskedForWithARemark() {
        // Given
        start("shadow=2s");
        guard.serve(MnistStudent.version(1, before), 0);
        assertThat(guard.tries(MnistStudent.version(2, after))).isTrue();

        // When
        clock.advance(Duration.ofSeconds(2));

        // Then
        assertThat(guard.trialVerdict())
                .hasValueSatisfying(
                        verdict -> assertThat(verdict).asString().contains("only 0 live requests"));
    }

    @Test
    void leavesAnOrderedVersionInService() throws Exception {
        // Given
        start();
        guard.serveTrusted(MnistStudent.version(1, before), 0, false);

        // When an operator orders one that answers differently
        guard.serveTrusted(MnistStudent.version(2, withBias(after, 3, 4, 1000)), 0, false);
        ask(400);

        // Then
        assertThat(served()).isEqualTo(2);
        assertThat(guard.waysBack()).isEmpty();
    }

    @Test
    void goesBackToTheLastVersionThatSurvivedItsWatchWhenVersionsComeFaster() throws Exception {
        // Given a version a second, a watch of 5 seconds, and a bad version 20
        start("watch=5s");
        List<Long> swaps = new ArrayList<>();
        for (int version = 1; version < 20; version++) {
            guard.serve(MnistStudent.version(version, after), 0);
            ask(200);
        }
        guard.serve(MnistStudent.version(20, withBias(after, 3, 4, 1000)), 0);

        // When
        slot.onSwap(swap -> swaps.add(swap.version()));
        ask(200);

        // Then it goes back to one that was watched for 5 seconds, not longer ago than 10
        assertThat(swaps).hasSize(2).startsWith(20L);
        assertThat(swaps.get(1)).isBetween(10L, 15L);
    }
}
