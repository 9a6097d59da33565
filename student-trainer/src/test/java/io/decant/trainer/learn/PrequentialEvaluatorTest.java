package io.decant.trainer.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PrequentialEvaluatorTest {
    private static final Optional<LabelClass> NO_LABEL = Optional.empty();

    @Test
    void withoutLabelsThereIsNoAccuracyButAgreement() {
        // Given
        PrequentialEvaluator evaluator = new PrequentialEvaluator(10);
        // When
        evaluator.predicted(key(1), new Prediction(2, 1, 2), NO_LABEL);
        // Then
        Prequential scores = evaluator.scores();
        assertThat(scores.student()).isEqualTo(Accuracy.NONE);
        assertThat(scores.teacher().cumulative()).isEmpty();
        assertThat(scores.agreement().cumulative()).hasValue(1.0);
        assertThat(scores.waiting()).isEqualTo(1);
    }

    @Test
    void aLateLabelScoresWhatWasPredictedThen() {
        // Given
        PrequentialEvaluator evaluator = new PrequentialEvaluator(10);
        evaluator.predicted(key(1), new Prediction(2, 1, 0), NO_LABEL);
        evaluator.predicted(key(2), new Prediction(3, 3, 3), NO_LABEL);
        // When
        evaluator.labelled(key(1), LabelClass.of(1));
        // Then
        Prequential scores = evaluator.scores();
        assertThat(scores.student().cumulative()).hasValue(0.0);
        assertThat(scores.shadow().cumulative()).hasValue(1.0);
        assertThat(scores.teacher().cumulative()).hasValue(0.0);
        assertThat(scores.waiting()).isEqualTo(1);
    }

    @Test
    void aSecondLabelOfASampleScoresNothing() {
        // Given
        PrequentialEvaluator evaluator = new PrequentialEvaluator(10);
        evaluator.predicted(key(1), new Prediction(2, 2, 2), NO_LABEL);
        evaluator.labelled(key(1), LabelClass.of(2));
        // When
        evaluator.labelled(key(1), LabelClass.of(2));
        // Then
        assertThat(evaluator.scores().student().scored()).isEqualTo(1);
    }

    @Test
    void theOldestPredictionGoesWhenTheStoreIsFullAndIsCounted() {
        // Given
        PrequentialEvaluator evaluator = new PrequentialEvaluator(3);
        for (int i = 0; i < 5; i++) {
            evaluator.predicted(key(i), new Prediction(0, 0, 0), NO_LABEL);
        }
        // When
        for (int i = 0; i < 5; i++) {
            evaluator.labelled(key(i), LabelClass.of(0));
        }
        // Then
        assertThat(evaluator.scores().student().scored()).isEqualTo(3);
        assertThat(evaluator.scores().unscored()).isEqualTo(2);
        assertThat(evaluator.scores().waiting()).isZero();
    }

    @Test
    void aSampleWithoutATeacherIsNotHeldAgainstTheTeacher() {
        // Given
        PrequentialEvaluator evaluator = new PrequentialEvaluator(3);
        // When
        evaluator.predicted(
                key(1), new Prediction(0, 1, Prediction.NONE), Optional.of(LabelClass.of(0)));
        // Then
        assertThat(evaluator.scores().teacher()).isEqualTo(Accuracy.NONE);
        assertThat(evaluator.scores().agreement()).isEqualTo(Accuracy.NONE);
        assertThat(evaluator.scores().student().cumulative()).hasValue(1.0);
    }

    @Test
    void theThreeWindowsAgreeWithTheirDefinitions() {
        // Given
        SplittableRandom random = new SplittableRandom(3);
        AccuracyWindow window = new AccuracyWindow();
        List<Integer> hits = new ArrayList<>();
        // When
        for (int i = 0; i < 3_456; i++) {
            boolean hit = random.nextDouble() < i / 4000.0;
            hits.add(hit ? 1 : 0);
            window.score(hit);
        }
        // Then
        double fading = 0;
        double weight = 0;
        for (int i = 0; i < hits.size(); i++) {
            fading += hits.get(i) * Math.pow(0.999, hits.size() - 1.0 - i);
            weight += Math.pow(0.999, hits.size() - 1.0 - i);
        }
        Accuracy accuracy = window.accuracy();
        assertThat(accuracy.cumulative().orElseThrow()).isCloseTo(mean(hits), within(1e-12));
        assertThat(accuracy.sliding().orElseThrow())
                .isCloseTo(mean(hits.subList(hits.size() - 1000, hits.size())), within(1e-12));
        assertThat(accuracy.fading().orElseThrow()).isCloseTo(fading / weight, within(1e-9));
    }

    @Test
    void theStoreBehavesLikeANaiveOne() {
        // Given: a naive store, and many keys that share their place in the table
        int capacity = 50;
        PredictionStore store = new PredictionStore(capacity);
        Map<SampleKey, Stored> naive = new LinkedHashMap<>();
        SplittableRandom random = new SplittableRandom(5);
        int puts = 0;
        for (int i = 0; i < 20_000; i++) {
            SampleKey key = new SampleKey(random.nextInt(4), random.nextInt(40) * 64L);
            Prediction prediction =
                    new Prediction(random.nextInt(9), random.nextInt(9), random.nextInt(9));
            if (random.nextInt(3) > 0) {
                // When
                int pushedOut = store.put(key, prediction);
                // Then
                int before = naive.size();
                int oldest = ++puts - capacity;
                naive.remove(key);
                naive.values().removeIf(stored -> stored.sequence < oldest);
                assertThat(pushedOut).isEqualTo(before - naive.size());
                naive.put(key, new Stored(puts - 1, prediction));
            } else {
                // When
                Optional<Prediction> taken = store.take(key);
                // Then
                assertThat(taken)
                        .isEqualTo(Optional.ofNullable(naive.remove(key)).map(Stored::prediction));
            }
            assertThat(store.size()).isEqualTo(naive.size());
        }
    }

    private record Stored(int sequence, Prediction prediction) {}

    private static SampleKey key(int i) {
        return SampleKey.of("sample-" + i);
    }

    private static double mean(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).average().orElseThrow();
    }
}
