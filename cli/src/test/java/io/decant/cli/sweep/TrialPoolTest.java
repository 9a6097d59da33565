package io.decant.cli.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.cli.CommandFailure;
import io.decant.trainer.learn.DivergedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TrialPoolTest {
    private static final Map<String, String> FIRST = Map.of("alpha", "0.1");
    private static final Map<String, String> SECOND = Map.of("alpha", "0.2");

    private static TrialResult scored(Map<String, String> trial) {
        return new TrialResult(trial, 0.8, null, null, 9, 0.1, null);
    }

    private static Map<Map<String, String>, Callable<TrialResult>> trials(
            Callable<TrialResult> first, Callable<TrialResult> second) {
        Map<Map<String, String>, Callable<TrialResult>> trials = new LinkedHashMap<>();
        trials.put(FIRST, first);
        trials.put(SECOND, second);
        return trials;
    }

    @Test
    void aResultIsHeardAsSoonAsItsTrialEnds() {
        // Given: the first trial ends after the second was heard of
        CountDownLatch heardOne = new CountDownLatch(1);
        List<TrialResult> heard = new ArrayList<>();
        // When
        TrialPool.run(
                trials(
                        () -> {
                            assertThat(heardOne.await(20, TimeUnit.SECONDS)).isTrue();
                            return scored(FIRST);
                        },
                        () -> scored(SECOND)),
                2,
                result -> {
                    heard.add(result);
                    heardOne.countDown();
                });
        // Then
        assertThat(heard).containsExactly(scored(SECOND), scored(FIRST));
    }

    @Test
    void aTrialThatDivergesHasNoScoreAndTheSweepGoesOn() {
        // When
        List<TrialResult> results =
                TrialPool.run(
                        trials(
                                () -> {
                                    throw new DivergedException("learning diverged");
                                },
                                () -> scored(SECOND)),
                        1,
                        result -> {});
        // Then
        assertThat(results.get(0).settings()).isEqualTo(FIRST);
        assertThat(results.get(0).failure()).isEqualTo("learning diverged");
        assertThat(results.get(1)).isEqualTo(scored(SECOND));
    }

    @Test
    void anyOtherFailureEndsTheSweepWithASentence() {
        // Given
        List<TrialResult> heard = new ArrayList<>();
        // When, Then
        assertThatThrownBy(
                        () ->
                                TrialPool.run(
                                        trials(
                                                () -> scored(FIRST),
                                                () -> {
                                                    throw new IllegalStateException(
                                                            "the journal is damaged");
                                                }),
                                        1,
                                        heard::add))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("the sweep broke off at trial " + SECOND + ": the journal is damaged");
        assertThat(heard).containsExactly(scored(FIRST));
    }
}
