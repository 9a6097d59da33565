package io.decant.cli.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.decant.cli.run.Rendering;
import io.decant.cli.run.StreamPlan;
import io.decant.cli.run.StreamPlan.Item;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the streams of scenarios are made of. */
class StreamsTest {
    private static final Given GIVEN = Givens.of(Givens.NOTHING);

    private static List<Item> items(StreamPlan plan, int from, int to) {
        return IntStream.range(from, to).mapToObj(plan::item).toList();
    }

    private static StreamPlan plan(Scenario scenario, Given given, int trial) {
        return scenario.trials(given).get(trial).plan();
    }

    @Test
    void aDriftShowsEachSegmentInItsOwnWay() {
        // When
        StreamPlan plan = plan(new DriftScenario(), Givens.of(Givens.switchAt(10, 30, 70)), 0);
        // Then
        assertThat(items(plan, 0, 10)).allMatch(item -> item.rendering() == Rendering.PLAIN);
        assertThat(items(plan, 10, 30)).allMatch(item -> item.rendering() == Rendering.TRANSPOSED);
        assertThat(items(plan, 30, 70)).allMatch(item -> item.rendering() == Rendering.INVERTED);
        assertThat(items(plan, 70, plan.samples()))
                .allMatch(item -> item.rendering() == Rendering.PLAIN);
    }

    @Test
    void theFirstDomainIsExaminedJustBeforeItReturns() {
        // When
        Trial trial = new DriftScenario().trials(Givens.of(Givens.switchAt(10, 30, 70))).get(0);
        // Then
        assertThat(trial.cues())
                .singleElement()
                .satisfies(cue -> assertThat(cue.position()).isEqualTo(70));
    }

    @Test
    void driftDelaysAreCountedFromSwitchesToNewDomainsOnly() {
        // Given: an event too early, one after each new domain, and one when the first returns
        DriftScenario scenario = new DriftScenario();
        Given given = Givens.of(Givens.switchAt(1000, 2000, 3000));
        Observation seen =
                Observations.of(
                        scenario.trials(given).get(0),
                        5,
                        new Noticed(Noticed.DRIFT, "disagreement", 0.5, 999),
                        new Noticed(Noticed.DRIFT, "disagreement", 0.5, 1040),
                        new Noticed(Noticed.DRIFT, "disagreement", 0.5, 1200),
                        new Noticed("trust-alarm", "alpha", 0.1, 2001),
                        new Noticed(Noticed.DRIFT, "disagreement", 0.5, 2031),
                        new Noticed(Noticed.DRIFT, "disagreement", 0.5, 3007));
        // When
        List<Double> delays =
                scenario.measures(given).stream()
                        .filter(measure -> measure.figure().key().startsWith("delay."))
                        .map(measure -> measure.of().apply(seen))
                        .toList();
        // Then
        assertThat(delays).containsExactly(40.0, 31.0);
    }

    @Test
    void aDriftThatNobodyNoticedHasNoDelay() {
        // Given
        Trial trial = new DriftScenario().trials(GIVEN).get(0);
        // When, Then
        assertThat(Observations.of(trial, 5).delay(Noticed.DRIFT, 1050, 2100)).isNull();
    }

    @Test
    void classesComeTwoAtATimeInTheOrderAskedForAndTheRestBehind() {
        // When
        StreamPlan plan = plan(new ClassIncremental(), Givens.of(Givens.classes(5, 0, 3)), 0);
        // Then: 600 samples a class; 5 and 0, then 3 and 1, 2 and 4, and 6 alone
        assertThat(items(plan, 0, 1200)).allMatch(item -> List.of(5, 0).contains(item.truth()));
        assertThat(items(plan, 1200, 2400)).allMatch(item -> List.of(3, 1).contains(item.truth()));
        assertThat(items(plan, 2400, 3600)).allMatch(item -> List.of(2, 4).contains(item.truth()));
        assertThat(items(plan, 3600, 4200)).allMatch(item -> item.truth() == 6);
        // Then: within a block both come all the time
        assertThat(items(plan, 0, 100).stream().filter(item -> item.truth() == 0).count())
                .isBetween(30L, 70L);
    }

    @Test
    void aStaleTeachersClassesChangePlacesAtTheSwitchAndInTheExam() {
        // Given
        Given given = Givens.of(Givens.classes(2, 6));
        // When
        Trial trial = new StaleTeacher().trials(given).get(0);
        // Then
        int half = Givens.SAMPLES / 2;
        assertThat(items(trial.plan(), 0, half))
                .allMatch(item -> item.truth() == item.index() % Givens.CLASSES);
        assertThat(items(trial.plan(), half, Givens.SAMPLES))
                .allMatch(
                        item -> item.truth() == trial.exam().truth(item.index() % Givens.CLASSES));
        assertThat(trial.exam().truth(2)).isEqualTo(6);
        assertThat(trial.exam().truth(6)).isEqualTo(2);
        assertThat(trial.exam().truth(0)).isZero();
    }

    @Test
    void anOmittedClassIsInNoSampleAndTheOthersAllCome() {
        // When
        StreamPlan plan = plan(new OmittedClass(), Givens.of(Givens.classes(5)), 0);
        // Then
        assertThat(plan.samples()).isEqualTo(5 * Givens.SAMPLES * 6 / 7);
        assertThat(items(plan, 0, plan.samples())).noneMatch(item -> item.truth() == 5);
    }

    @Test
    void rareClassesComeAShareAsOften() {
        // When
        StreamPlan plan = plan(new SkewedPrior(), Givens.of(Givens.classes(1, 4)), 0);
        // Then: 5 % of 1 200, three standard deviations of a binomial
        long rare =
                items(plan, 0, plan.samples()).stream()
                        .filter(item -> item.truth() == 1 || item.truth() == 4)
                        .count();
        assertThat(plan.samples() - rare).isEqualTo(Givens.SAMPLES * 5 / 7);
        assertThat((double) rare).isCloseTo(60, within(23.0));
    }

    @Test
    void theTeacherIsAwayBetweenTwoPositions() {
        // When
        List<Cue> cues = new TeacherOutage().trials(GIVEN).get(1).cues();
        // Then
        assertThat(cues).containsExactly(new Cue.TeacherLeaves(1400), new Cue.TeacherReturns(2800));
    }

    @Test
    void zeroLabelsAreNone() {
        assertThat(plan(new ZeroLabels(), GIVEN, 0).labels()).isZero();
        assertThat(plan(new FewLabels(), GIVEN, 0).labels()).isEqualTo(Givens.SAMPLES);
        assertThat((double) plan(new FewLabels(), GIVEN, 1).labels()).isCloseTo(42, within(20.0));
    }
}
