package io.decant.teacher.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.decant.follower.ManualClock;
import io.decant.model.random.SplitMix64;
import io.decant.pipeline.config.Configuration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BudgetTest {
    private static final int WINDOW = 32;

    private final ManualClock clock = new ManualClock();
    private final List<String> ladder = new ArrayList<>();
    private Optional<Opinions> opinions = Optional.empty();
    private boolean drift;
    private Duration age = Duration.ZERO;
    private int next;

    private Budget budget(String... settings) {
        return new Budget(
                Configuration.of(BudgetSettings.class, List.of(settings)),
                Configuration.of(LadderSettings.class, ladder),
                clock);
    }

    private List<String> ids(int count) {
        next += count;
        return IntStream.range(next - count, next).mapToObj(i -> "s-" + i).toList();
    }

    private List<Choice> choose(Budget budget, List<String> ids) {
        return budget.choose(ids, new Budget.Situation(opinions, drift, age)).choices();
    }

    private List<Choice> choose(Budget budget) {
        return choose(budget, ids(WINDOW));
    }

    private static long asked(List<Choice> choices) {
        return choices.stream().filter(Choice::asks).count();
    }

    /** A student's two logits, so that the margin grows with the difference. */
    private static Opinions margins(double... differences) {
        float[] logits = new float[2 * differences.length];
        for (int i = 0; i < differences.length; i++) {
            logits[2 * i] = (float) differences[i];
        }
        return Opinions.of(logits, differences.length, 2);
    }

    private static double[] scrambled(int seed) {
        return IntStream.range(0, WINDOW).mapToDouble(i -> SplitMix64.unit(seed, i)).toArray();
    }

    @Test
    void theShareIsExactWhateverTheSizesOfWindows() {
        // Given
        Budget budget = budget("policy=margin", "share=0.3", "model=m");
        long asked = 0;
        int samples = 0;

        // When windows of 1 to 32 samples are decided
        for (int i = 0; i < 500; i++) {
            int size = 1 + (int) Long.remainderUnsigned(SplitMix64.at(7, i), WINDOW);
            asked += asked(choose(budget, ids(size)));
            samples += size;

            // Then
            assertThat((double) asked).isCloseTo(0.3 * samples, within(1.0));
        }
    }

    @Test
    void marginAsksAboutThoseThatTheStudentIsLeastSureOf() {
        // Given a quarter of a window, none of it at random
        Budget budget = budget("policy=margin", "share=0.25", "model=m", "monitor-share=0");
        double[] differences = scrambled(1);
        opinions = Optional.of(margins(differences));

        // When
        List<Choice> choices = choose(budget);

        // Then
        Set<Integer> least =
                IntStream.range(0, WINDOW)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> differences[i]))
                        .limit(8)
                        .collect(Collectors.toSet());
        assertThat(positions(choices, Choice.ASK)).isEqualTo(least);
        assertThat(positions(choices, Choice.OVER_BUDGET)).hasSize(24);
    }

    @Test
    void aTenthOfTheCallsIsMadeAtRandomWhateverTheMargins() {
        // Given
        Budget budget = budget("policy=margin", "share=0.25", "model=m");
        int[] drawnAt = new int[WINDOW];
        long monitored = 0;

        // When the margins are the same in each window
        opinions = Optional.of(margins(IntStream.range(0, WINDOW).asDoubleStream().toArray()));
        for (int i = 0; i < 4000; i++) {
            List<Choice> choices = choose(budget);
            assertThat(asked(choices)).isEqualTo(8);
            for (int at : positions(choices, Choice.MONITOR)) {
                drawnAt[at]++;
                monitored++;
            }
        }

        // Then a tenth of 8 in each window, and no position is preferred: 5 sd of 100 draws
        assertThat(monitored).isEqualTo(3200);
        assertThat(Arrays.stream(drawnAt).boxed())
                .allSatisfy(n -> assertThat(n).isBetween(50, 150));
    }

    @Test
    void randomIsAFunctionOfSeedAndSampleIdAlone() {
        // Given
        List<String> ids = ids(10_000);
        Set<String> oneByOne = new HashSet<>();
        Budget narrow = budget("policy=random", "share=0.25", "seed=5");
        ids.forEach(
                id -> {
                    if (asked(choose(narrow, List.of(id))) == 1) {
                        oneByOne.add(id);
                    }
                });

        // When the windows are others
        List<Choice> atOnce = choose(budget("policy=random", "share=0.25", "seed=5"), ids);
        List<Choice> otherSeed = choose(budget("policy=random", "share=0.25", "seed=6"), ids);

        // Then the choice is the same; its size is that of a fair draw, within 5 sd of 43
        assertThat(chosen(ids, atOnce)).isEqualTo(oneByOne);
        assertThat(asked(atOnce)).isBetween(2285L, 2715L);
        assertThat(chosen(ids, otherSeed)).isNotEqualTo(oneByOne);
    }

    @Test
    void withoutAnOpinionTheShareIsDrawnAtRandom() {
        // Given
        Budget budget = budget("policy=margin", "share=0.25", "model=m");

        // When
        List<Choice> choices = choose(budget);

        // Then
        assertThat(positions(choices, Choice.MONITOR)).hasSize(8);
        assertThat(positions(choices, Choice.ASK)).isEmpty();
    }

    @Test
    void callsASecondBoundWhatTheShareAllows() {
        // Given ten calls a second at most, half of the samples otherwise
        Budget budget = budget("policy=margin", "share=0.5", "calls-per-second=10", "model=m");

        // When
        List<Choice> first = choose(budget);
        List<Choice> second = choose(budget);
        clock.advance(Duration.ofMillis(500));
        List<Choice> later = choose(budget);

        // Then
        assertThat(asked(first)).isEqualTo(10);
        assertThat(positions(first, Choice.OVER_RATE)).hasSize(6);
        assertThat(positions(first, Choice.OVER_BUDGET)).hasSize(16);
        assertThat(asked(second)).isZero();
        assertThat(asked(later)).isEqualTo(5);
    }

    @Test
    void adaptiveAsksLessWhileTheStudentAgreesAndMoreWhenItDoesNot() {
        // Given
        Budget budget = budget("policy=adaptive", "model=m", "judge-after=16");
        opinions = Optional.of(margins(scrambled(2)));
        List<Long> asked = new ArrayList<>();

        // When it agrees five times in a row, and then disagrees
        for (int judgement = 0; judgement < 8; judgement++) {
            asked.add(asked(choose(budget)));
            for (int i = 0; i < 16; i++) {
                budget.answered(judgement < 5);
            }
        }

        // Then
        assertThat(asked).containsExactly(32L, 16L, 8L, 4L, 2L, 2L, 4L, 8L);
    }

    @Test
    void adaptiveLooksAtOneRandomSampleInAWindowHoweverLittleItAsks() {
        // Given a stride of 16
        Budget budget = budget("policy=adaptive", "model=m", "judge-after=1");
        IntStream.range(0, 4).forEach(i -> budget.answered(true));
        opinions = Optional.of(margins(scrambled(3)));

        // When
        List<Choice> choices = choose(budget);

        // Then
        assertThat(positions(choices, Choice.MONITOR)).hasSize(1);
        assertThat(positions(choices, Choice.ASK)).hasSize(1);
    }

    @Test
    void duringDriftTheShareIsTheLargerOne() {
        // Given
        Budget budget = budget("policy=margin", "share=0.25", "drift-share=0.75", "model=m");

        // When
        long before = asked(choose(budget));
        drift = true;
        long during = asked(choose(budget));
        drift = false;

        // Then
        assertThat(List.of(before, during, asked(choose(budget)))).containsExactly(8L, 24L, 8L);
    }

    @Test
    void aSlowTeacherIsAskedLessAndTheRecordsSayWhy() {
        // Given
        ladder.add("enabled=true");
        Budget budget = budget("policy=margin", "share=0.5", "model=m");

        // When
        age = Duration.ofSeconds(6);
        List<Choice> less = choose(budget);
        age = Duration.ofSeconds(60);
        opinions = Optional.of(margins(scrambled(4)));
        List<Choice> labelsOnly = choose(budget);
        age = Duration.ZERO;

        // Then
        assertThat(asked(less)).isEqualTo(8);
        assertThat(positions(less, Choice.TOO_SLOW)).hasSize(8);
        assertThat(positions(less, Choice.OVER_BUDGET)).hasSize(16);
        assertThat(positions(labelsOnly, Choice.MONITOR)).hasSize(1);
        assertThat(positions(labelsOnly, Choice.ASK)).isEmpty();
        assertThat(positions(labelsOnly, Choice.TOO_SLOW)).hasSize(15);
        assertThat(asked(choose(budget))).isEqualTo(16);
    }

    @Test
    void whatWasChosenAndGivenUpIsChosenAgainWithTheSameRemainder() {
        // Given a share that leaves a remainder, committed up to here
        Budget budget = budget("policy=margin", "share=0.3", "model=m");
        choose(budget);
        budget.committed();
        List<String> ids = ids(WINDOW);

        // When
        List<Choice> first = choose(budget, ids);
        budget.givenUp();

        // Then
        assertThat(choose(budget, ids)).isEqualTo(first);
    }

    private static Set<Integer> positions(List<Choice> choices, Choice choice) {
        return IntStream.range(0, choices.size())
                .filter(i -> choices.get(i) == choice)
                .boxed()
                .collect(Collectors.toSet());
    }

    private static Set<String> chosen(List<String> ids, List<Choice> choices) {
        return IntStream.range(0, ids.size())
                .filter(i -> choices.get(i).asks())
                .mapToObj(ids::get)
                .collect(Collectors.toSet());
    }
}
