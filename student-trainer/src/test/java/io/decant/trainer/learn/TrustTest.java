package io.decant.trainer.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrustTest {
    private static Trust trust() {
        return new Trust(new TrustSettings(true, 0.02, 0.998, 0.1), 0.9);
    }

    private static List<String> labels(Trust trust, int count, boolean teacher, boolean shadow) {
        List<String> kinds = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            trust.scored(teacher, shadow).ifPresent(what -> kinds.add(what.kind()));
        }
        return kinds;
    }

    @Test
    void withoutLabelsNothingSpeaksAgainstTheTeacher() {
        // When
        Trust trust = trust();
        // Then
        assertThat(trust.unlabelled()).isEqualTo(1);
        assertThat(trust.rehearsed()).isEqualTo(0.9);
        assertThat(trust.alpha()).isCloseTo(0.45, within(1e-12));
    }

    @Test
    void alphaFollowsTheFormula() {
        // Given
        Trust trust = trust();
        // When
        labels(trust, 3, true, false);
        // Then: A_T = 1 - 0.5 f³, A_S = 0.5 f³
        double kept = 0.998 * 0.998 * 0.998;
        double difference = 1 - 0.5 * kept - 0.5 * kept;
        assertThat(trust.alpha())
                .isCloseTo(0.9 / (1 + Math.exp(-difference / 0.02)), within(1e-12));
    }

    @Test
    void aTeacherThatIsWorseThanTheShadowLosesItsSayEverywhere() {
        // Given
        Trust trust = trust();
        // When
        List<String> heard = labels(trust, 500, false, true);
        // Then
        assertThat(trust.alpha()).isLessThan(0.01);
        assertThat(trust.unlabelled()).isLessThan(0.01);
        assertThat(trust.rehearsed()).isLessThan(0.01);
        assertThat(heard).containsExactly(Notice.TRUST_ALARM);
    }

    @Test
    void anAlarmIsOverWhenTrustIsBack() {
        // Given
        Trust trust = trust();
        labels(trust, 500, false, true);
        // When
        List<String> heard = labels(trust, 2_000, true, false);
        // Then
        assertThat(heard).containsExactly(Notice.TRUST_RESTORED);
        assertThat(trust.unlabelled()).isEqualTo(1);
    }

    @Test
    void aSmallAlphaIsNoAlarmByItself() {
        // Given
        Trust trust = new Trust(new TrustSettings(true, 0.02, 0.998, 0.1), 0.05);
        // When, Then
        assertThat(labels(trust, 100, true, true)).isEmpty();
        assertThat(labels(trust, 500, false, true)).containsExactly(Notice.TRUST_ALARM);
        assertThat(labels(trust, 2_000, true, false)).containsExactly(Notice.TRUST_RESTORED);
    }

    @Test
    void withoutTrustAlphaIsFixed() {
        // Given
        Trust trust = new Trust(TrustSettings.OFF, 0.7);
        // When
        List<String> heard = labels(trust, 500, false, true);
        // Then
        assertThat(heard).isEmpty();
        assertThat(trust.alpha()).isEqualTo(0.7);
        assertThat(trust.unlabelled()).isEqualTo(1);
        assertThat(trust.rehearsed()).isEqualTo(0.7);
    }
}
