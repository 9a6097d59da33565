package io.decant.teacher.budget;

import static io.decant.teacher.budget.Ladder.Step.ASK_LESS;
import static io.decant.teacher.budget.Ladder.Step.LABELS_ONLY;
import static io.decant.teacher.budget.Ladder.Step.NORMAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.decant.pipeline.config.Configuration;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Asks less from 5 s, labels only from 30 s, patience 2 s, smallest share 0.05. */
class LadderTest {
    private static final Instant START = Instant.ofEpochSecond(1_000);
    private Ladder ladder = ladder();

    private static Ladder ladder(String... settings) {
        List<String> all = new ArrayList<>(List.of("enabled=true"));
        all.addAll(List.of(settings));
        return new Ladder(Configuration.of(LadderSettings.class, all));
    }

    /** Ages in seconds, one each second; the steps that follow. */
    private List<Ladder.Step> steps(double... ages) {
        List<Ladder.Step> steps = new ArrayList<>();
        for (int i = 0; i < ages.length; i++) {
            observe(ages[i], i);
            steps.add(ladder.step());
        }
        return steps;
    }

    private void observe(double age, double at) {
        var unused = ladder.observe(seconds(age), START.plus(seconds(at)));
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis((long) (seconds * 1000));
    }

    @Test
    void eachStepBeginsAtItsAgeAndEndsBelowHalfOfIt() {
        // Given a teacher that falls behind and catches up again
        // When
        List<Ladder.Step> steps = steps(0, 4.9, 5, 29, 30, 15, 14.9, 5, 2.5, 2.4, 4.9);

        // Then
        assertThat(steps)
                .containsExactly(
                        NORMAL,
                        NORMAL,
                        ASK_LESS,
                        ASK_LESS,
                        LABELS_ONLY,
                        LABELS_ONLY,
                        ASK_LESS,
                        ASK_LESS,
                        ASK_LESS,
                        NORMAL,
                        NORMAL);
    }

    @Test
    void aTeacherThatWasAwayGoesStraightToLabelsAndFromThereStraightBack() {
        assertThat(steps(600, 1)).containsExactly(LABELS_ONLY, NORMAL);
    }

    @Test
    void everyChangeIsToldOnceWithTheAgeThatLedToIt() {
        // When
        var first = ladder.observe(seconds(6), START);
        var second = ladder.observe(seconds(6), START.plusSeconds(1));

        // Then
        assertThat(first).contains(new Ladder.Change(NORMAL, ASK_LESS, seconds(6)));
        assertThat(second).isEmpty();
    }

    @Test
    void theShareIsHalvedAgainEachTimeTheAgeHasNotFallenWithinThePatience() {
        // Given
        observe(6, 0);
        double entered = ladder.share(0.8, 0.1);

        // When
        observe(7, 1.9);
        double withinPatience = ladder.share(0.8, 0.1);
        observe(7, 2);
        double afterPatience = ladder.share(0.8, 0.1);
        observe(6.5, 4);
        double fallen = ladder.share(0.8, 0.1);
        observe(6.5, 6);
        double stood = ladder.share(0.8, 0.1);

        // Then
        assertThat(List.of(entered, withinPatience, afterPatience, fallen, stood))
                .containsExactly(0.4, 0.4, 0.2, 0.2, 0.1);
    }

    @Test
    void theShareNeverFallsBelowTheSmallestNorRisesAboveWhatIsNormal() {
        // Given
        for (int i = 0; i < 40; i++) {
            observe(10, 2 * i);
        }

        // Then
        assertThat(ladder.share(0.8, 0.1)).isEqualTo(0.05);
        assertThat(ladder.share(0.02, 0.1)).isEqualTo(0.02);
    }

    @Test
    void onLabelsAloneOnlyTheMonitorAsks() {
        // Given
        observe(31, 0);

        // Then
        assertThat(ladder.share(0.5, 0.1)).isCloseTo(0.05, within(1e-12));
    }

    @Test
    void backOnTheNormalStepTheShareIsWhole() {
        // Given
        observe(6, 0);
        observe(6, 2);

        // When
        observe(1, 3);
        double normal = ladder.share(0.8, 0.1);
        observe(6, 4);

        // Then
        assertThat(normal).isEqualTo(0.8);
        assertThat(ladder.share(0.8, 0.1)).isEqualTo(0.4);
    }

    @Test
    void aStepThatIsOffIsNeverTaken() {
        // Given
        ladder = ladder("ask-less-after=0ms");
        List<Ladder.Step> withoutAsking = steps(10, 31, 16, 14);
        ladder = ladder("labels-only-after=0ms");

        // Then
        assertThat(withoutAsking).containsExactly(NORMAL, LABELS_ONLY, LABELS_ONLY, NORMAL);
        assertThat(steps(10, 310, 2)).containsExactly(ASK_LESS, ASK_LESS, NORMAL);
    }

    @Test
    void aLadderThatIsNotEnabledDoesNothing() {
        // Given
        ladder = new Ladder(Configuration.of(LadderSettings.class, List.of()));

        // Then
        assertThat(steps(1_000_000)).containsExactly(NORMAL);
        assertThat(ladder.share(1, 0.1)).isEqualTo(1);
    }
}
