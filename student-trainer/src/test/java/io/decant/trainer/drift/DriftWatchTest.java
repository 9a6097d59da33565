package io.decant.trainer.drift;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.trainer.drift.DriftSettings.Detector;
import io.decant.trainer.drift.DriftSettings.Reaction;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DriftWatchTest {
    private static DriftSettings settings(Reaction... reactions) {
        return new DriftSettings(
                Detector.ADWIN, List.of(reactions), 500, 100, 3, 0.002, 32, 3, 0.005, 50, 0.9999);
    }

    /** Feeds values that are 1 in every {@code period}-th place. */
    private static List<Drift> feed(DriftWatch watch, Signal signal, int count, int period) {
        List<Drift> news = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            watch.saw(signal, i % period == 0).ifPresent(news::add);
        }
        return news;
    }

    @Test
    void aDriftIsToldOnceThoughItsAlarmsRepeat() {
        // Given: values that go on rising
        DriftWatch watch = new DriftWatch(settings());
        feed(watch, Signal.DISAGREEMENT, 2_000, 10);
        // When
        List<Drift> news = feed(watch, Signal.DISAGREEMENT, 200, 3);
        news.addAll(feed(watch, Signal.DISAGREEMENT, 200, 1));
        // Then
        assertThat(news).hasSize(1);
        assertThat(news.get(0).signal()).isEqualTo(Signal.DISAGREEMENT);
        assertThat(watch.noticed()).isEqualTo(1);
    }

    @Test
    void signalsAreWatchedApart() {
        // Given
        DriftWatch watch = new DriftWatch(settings());
        feed(watch, Signal.DISAGREEMENT, 2_000, 10);
        feed(watch, Signal.TEACHER_ERROR, 2_000, 10);
        // When
        List<Drift> news = feed(watch, Signal.TEACHER_ERROR, 300, 2);
        // Then
        assertThat(news).extracting(Drift::signal).containsExactly(Signal.TEACHER_ERROR);
    }

    @Test
    void reactionsLastForSoManySamples() {
        // Given
        DriftWatch watch = new DriftWatch(settings(Reaction.LEARNING_RATE));
        feed(watch, Signal.DISAGREEMENT, 2_000, 10);
        assertThat(watch.learningRateFactor()).isEqualTo(1);
        // When
        feed(watch, Signal.DISAGREEMENT, 300, 1);
        // Then
        assertThat(watch.learningRateFactor()).isEqualTo(3);
        assertThat(watch.reacts(Reaction.REHEARSAL)).isFalse();
        watch.learned(99);
        assertThat(watch.isActive()).isTrue();
        watch.learned(1);
        assertThat(watch.isActive()).isFalse();
        assertThat(watch.learningRateFactor()).isEqualTo(1);
    }

    @Test
    void nothingIsNoticedWhenItIsOff() {
        // Given
        DriftWatch watch = new DriftWatch(DriftSettings.OFF);
        // When
        List<Drift> news = feed(watch, Signal.DISAGREEMENT, 2_000, 10);
        news.addAll(feed(watch, Signal.DISAGREEMENT, 2_000, 1));
        // Then
        assertThat(news).isEmpty();
    }
}
