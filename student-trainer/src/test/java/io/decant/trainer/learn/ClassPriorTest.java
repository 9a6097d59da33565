package io.decant.trainer.learn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClassPriorTest {
    @Test
    void withoutLabelsTheTeacherSaysWhatItSays() {
        // Given
        ClassPrior prior = new ClassPrior(3, 0.998);
        prior.refresh();
        // When, Then
        assertThat(prior.choice(Logits.owning(new float[] {1, 3, 2}))).isEqualTo(1);
    }

    @Test
    void whereOnlyTwoClassesComeItChoosesBetweenThem() {
        // Given
        ClassPrior prior = new ClassPrior(3, 0.998);
        for (int i = 0; i < 500; i++) {
            prior.labelled(i % 2 == 0 ? 0 : 2);
        }
        // When
        prior.refresh();
        // Then: class 1 was a little likelier, but it does not come; where it is sure it stays
        assertThat(prior.choice(Logits.owning(new float[] {1, 3, 2}))).isEqualTo(2);
        assertThat(prior.choice(Logits.owning(new float[] {1, 12, 2}))).isEqualTo(1);
    }

    @Test
    void theFrequenciesAreThoseOfBayes() {
        // Given: class 0 three times as frequent as class 1
        ClassPrior prior = new ClassPrior(2, 1 - 1e-9);
        for (int i = 0; i < 4_000; i++) {
            prior.labelled(i % 4 == 0 ? 1 : 0);
        }
        prior.refresh();
        // When, Then: p(1)/p(0) must exceed 3
        assertThat(prior.choice(Logits.owning(new float[] {0, (float) Math.log(2.9)}))).isZero();
        assertThat(prior.choice(Logits.owning(new float[] {0, (float) Math.log(3.1)}))).isOne();
    }

    @Test
    void whatWasCountedCountsFromTheNextBatchOn() {
        // Given
        ClassPrior prior = new ClassPrior(2, 0.998);
        prior.refresh();
        // When
        for (int i = 0; i < 100; i++) {
            prior.labelled(0);
        }
        // Then
        Logits answer = Logits.owning(new float[] {0, 1});
        assertThat(prior.choice(answer)).isOne();
        prior.refresh();
        assertThat(prior.choice(answer)).isZero();
    }
}
