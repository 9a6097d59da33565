package io.decant.it.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.it.crash.Kill.Place;
import io.decant.pipeline.failpoint.FailPoint;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class KillPlanTest {
    private static final int DECK = FailPoint.values().length + Victim.values().length + 6;

    @Test
    void aSeedGivesTheSameKillsAgainAndAnotherSeedGivesOthers() {
        assertThat(KillPlan.of(7, 50)).isEqualTo(KillPlan.of(7, 50)).hasSize(50);
        assertThat(KillPlan.of(7, 50)).isNotEqualTo(KillPlan.of(8, 50));
    }

    @Test
    void aShorterPlanIsTheBeginningOfALongerOne() {
        assertThat(KillPlan.of(3, 100).subList(0, 10)).isEqualTo(KillPlan.of(3, 10));
    }

    @Test
    void aDeckMeetsEveryFailPointEveryVictimAndEveryPair() {
        // When one deck is dealt
        List<Kill> plan = KillPlan.of(1, DECK);

        // Then nothing is left out
        Set<FailPoint> points =
                plan.stream()
                        .map(Kill::place)
                        .filter(Place.At.class::isInstance)
                        .map(place -> ((Place.At) place).point())
                        .collect(Collectors.toSet());
        assertThat(points).containsExactlyInAnyOrder(FailPoint.values());
        Set<List<Victim>> anyTime =
                plan.stream()
                        .filter(kill -> kill.place() instanceof Place.After)
                        .map(Kill::victims)
                        .collect(Collectors.toSet());
        assertThat(anyTime).hasSize(Victim.values().length + 5);
        assertThat(plan.stream().filter(kill -> kill.victims().size() == 2)).hasSize(6);
    }
}
