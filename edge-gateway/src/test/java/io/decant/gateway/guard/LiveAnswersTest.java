package io.decant.gateway.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.follower.ManualClock;
import io.decant.follower.Versions;
import io.decant.follower.reload.ServingModel;
import io.decant.gateway.answer.AnswerObserver;
import io.decant.pipeline.config.Configuration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LiveAnswersTest {
    private final ManualClock clock = new ManualClock();
    private final GuardCounters counters = new GuardCounters();
    private final ServingModel served = version(2);

    private static ServingModel version(long version) {
        return ServingModel.of(Versions.small().accepted(version), new ManualClock().instant());
    }

    private LiveAnswers answers(String... settings) {
        LiveAnswers answers =
                new LiveAnswers(
                        Configuration.of(GuardSettings.class, List.of(settings)),
                        counters,
                        clock,
                        () -> 0.5);
        answers.listen(Optional.of(served), true);
        return answers;
    }

    private static void answered(LiveAnswers answers, ServingModel by, int first) {
        byte[] input = {(byte) first, 0, 0, 0};
        answers.answered(by, Optional.empty(), 1, input, Versions.logits(by.version()), 1000);
    }

    private static List<Integer> kept(LiveAnswers answers) throws InterruptedException {
        List<Integer> kept = new ArrayList<>();
        for (Optional<LiveAnswers.Sample> sample = answers.take(Duration.ZERO);
                sample.isPresent();
                sample = answers.take(Duration.ZERO)) {
            kept.add((int) sample.get().input()[0]);
        }
        return kept;
    }

    @Test
    void booksALateAnswerOfAnotherVersionToNobody() throws Exception {
        // Given
        LiveAnswers answers = answers();

        // When
        answered(answers, version(1), 1);
        answered(answers, served, 2);
        answers.failed(version(1), 1, new byte[4], AnswerObserver.Failure.BROKEN);

        // Then
        assertThat(answers.count()).isEqualTo(new LiveAnswers.Count(1, 0));
        assertThat(kept(answers)).containsExactly(2);
    }

    @Test
    void countsEachVersionFromItsSwap() {
        // Given
        LiveAnswers answers = answers();
        answered(answers, served, 1);

        // When
        ServingModel next = version(3);
        answers.listen(Optional.of(next), true);
        answered(answers, next, 2);
        answers.listen(Optional.of(next), false);
        answered(answers, next, 3);

        // Then
        assertThat(answers.count()).isEqualTo(new LiveAnswers.Count(2, 0));
    }

    @Test
    void keepsNothingWhenNobodyWantsToKnow() throws Exception {
        // Given
        LiveAnswers answers = answers();

        // When
        answers.listen(Optional.of(served), false);
        answered(answers, served, 1);
        answers.failed(served, 1, new byte[4], AnswerObserver.Failure.NOT_FINITE);

        // Then
        assertThat(kept(answers)).isEmpty();
    }

    @Test
    void dropsWhatDoesNotFitTheQueueAndCountsIt() throws Exception {
        // Given
        LiveAnswers answers = answers("queued-samples=2");

        // When
        for (int i = 1; i <= 5; i++) {
            answered(answers, served, i);
        }

        // Then
        assertThat(kept(answers)).containsExactly(1, 2);
        assertThat(counters.snapshot().dropped()).isEqualTo(3);
    }

    @Test
    void keepsNoMoreASecondThanItMay() throws Exception {
        // Given
        LiveAnswers answers = answers("samples-per-second=40", "queued-samples=1000");

        // When 1000 requests come in a second
        for (int i = 0; i < 1000; i++) {
            answered(answers, served, 1);
            clock.advance(Duration.ofMillis(1));
        }

        // Then all of them are counted, and 40 kept, after a burst of 2
        assertThat(answers.count().answered()).isEqualTo(1000);
        assertThat(kept(answers)).hasSizeBetween(40, 42);
    }

    @Test
    void keepsAllRowsOfAnAnswerWithoutNumbersWhateverTheShare() throws Exception {
        // Given a share below the number that is drawn
        LiveAnswers answers = answers("sample-share=0.4");

        // When
        answered(answers, served, 1);
        answers.failed(
                served, 2, new byte[] {2, 0, 0, 0, 3, 0, 0, 0}, AnswerObserver.Failure.NOT_FINITE);

        // Then
        assertThat(kept(answers)).containsExactly(2, 3);
        assertThat(answers.count()).isEqualTo(new LiveAnswers.Count(1, 0));
    }
}
