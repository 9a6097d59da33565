package io.decant.gateway.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.follower.ManualClock;
import io.decant.follower.Versions;
import io.decant.follower.reload.ServingModel;
import io.decant.follower.reload.ServingSlot;
import io.decant.pipeline.config.Configuration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the guard keeps in memory: what it may ask or serve again, and nothing else. */
class GuardHoldsTest {
    private final ManualClock clock = new ManualClock();
    private final ServingSlot slot = new ServingSlot();
    private final Guard guard = guard();

    private Guard guard() {
        GuardSettings settings =
                Configuration.of(GuardSettings.class, List.of("watch=10s", "shadow=1s"));
        GuardCounters counters = new GuardCounters();
        return new Guard(
                settings, slot, new LiveAnswers(settings, counters, clock), counters, clock);
    }

    private static ServingModel version(long version) {
        return ServingModel.of(Versions.small().accepted(version), Instant.EPOCH);
    }

    /** Serves a version and lets it go, as its maker does. */
    private ServingModel serve(long version) {
        ServingModel model = version(version);
        guard.serve(model, 0);
        model.letGo();
        return model;
    }

    private static boolean isFreed(ServingModel model) {
        if (model.hold()) {
            model.letGo();
            return false;
        }
        return true;
    }

    @Test
    void holdsTheServedTheGoodAndTheWatchedVersion() {
        // Given
        ServingModel good = serve(1);
        ServingModel watched = serve(2);
        ServingModel between = serve(3);
        // When
        ServingModel served = serve(4);
        // Then
        assertThat(isFreed(between)).isTrue();
        assertThat(List.of(good, watched, served)).noneMatch(GuardHoldsTest::isFreed);
    }

    @Test
    void holdsACandidateForItsTrialOnly() {
        // Given
        serve(1);
        ServingModel candidate = version(2);
        assertThat(guard.tries(candidate)).isTrue();
        candidate.letGo();
        assertThat(isFreed(candidate)).isFalse();
        // When
        guard.giveUpTrial();
        // Then
        assertThat(isFreed(candidate)).isTrue();
    }

    @Test
    void aPairThatIsAskedOutlivesASwap() {
        // Given
        serve(1);
        ServingModel served = serve(2);
        Guard.Pair pair = guard.pairs(served).get(0);
        // When an order ends the watch
        ServingModel ordered = version(3);
        guard.serveTrusted(ordered, 0, false);
        ordered.letGo();
        // Then
        assertThat(isFreed(served)).isFalse();
        pair.close();
        assertThat(isFreed(served)).isTrue();
    }

    @Test
    void holdsNothingWhenItIsOver() {
        // Given
        ServingModel good = serve(1);
        ServingModel served = serve(2);
        // When
        guard.close();
        // Then
        assertThat(List.of(good, served)).allMatch(GuardHoldsTest::isFreed);
        assertThat(guard.pairs(served)).isEmpty();
        guard.onTick();
    }
}
