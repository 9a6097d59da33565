package io.decant.trainer.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PredictionStoreTest {
    private static SampleKey key(int sample) {
        return SampleKey.of("s" + sample);
    }

    private static LearnerState saved(PredictionStore store) {
        StateWriter state = new StateWriter();
        state.text("format", LearnerState.FORMAT);
        store.save(state);
        return LearnerState.read(state.done().toBytes());
    }

    @Test
    void whatEachOfSixteenTeachersChoseIsGivenBack() {
        // Given
        List<Integer> teachers = new ArrayList<>();
        for (int number = 0; number < TeacherSettings.MOST; number++) {
            teachers.add(
                    number % 3 == 1 ? Prediction.NONE : PredictionStore.MAX_CLASSES - 1 - number);
        }
        Prediction prediction = new Prediction(1, 2, 3).with(teachers);
        PredictionStore store = new PredictionStore(4);

        // When
        store.put(key(1), prediction);

        // Then
        assertThat(store.take(key(1))).contains(prediction);
    }

    @Test
    void predictionsBesideTheFirstTeacherSurviveASecondOne() {
        // Given
        PredictionStore store = new PredictionStore(8);
        store.put(key(1), new Prediction(1, 2, 7));
        store.put(key(2), new Prediction(1, 2, Prediction.NONE));

        // When
        store.put(key(3), new Prediction(4, 5, 6).with(List.of(Prediction.NONE, 6)));

        // Then
        assertThat(store.take(key(1))).contains(new Prediction(1, 2, 7).with(List.of(7)));
        assertThat(store.take(key(2)))
                .contains(new Prediction(1, 2, Prediction.NONE).with(List.of()));
        assertThat(store.take(key(3)))
                .contains(new Prediction(4, 5, 6).with(List.of(Prediction.NONE, 6)));
    }

    @Test
    void oneTeacherTakesNoMoreRoomThanNone() {
        // Given
        PredictionStore store = new PredictionStore(8);

        // When
        store.put(key(1), new Prediction(1, 2, 7));
        long[] one = saved(store).longs("predictions.entries");
        store.put(key(2), new Prediction(1, 2, 7).with(List.of(7, 8)));
        long[] two = saved(store).longs("predictions.entries");

        // Then
        assertThat(one).hasSize(4);
        assertThat(two).hasSize(2 * 5);
    }

    /** Against a list that does the same, over states and restarts, while more teachers come. */
    @Test
    void theStoreGivesBackWhatWasPutUnlessNewerOnesPushedItOut() {
        // Given
        int capacity = 50;
        SplittableRandom random = new SplittableRandom(11);
        PredictionStore store = new PredictionStore(capacity);
        List<Map.Entry<Integer, Prediction>> puts = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            int sample = random.nextInt(120);
            if (random.nextInt(3) == 0) {
                // When
                Optional<Prediction> taken = store.take(key(sample));

                // Then
                List<Map.Entry<Integer, Prediction>> kept =
                        puts.subList(Math.max(0, puts.size() - capacity), puts.size());
                assertThat(taken)
                        .isEqualTo(
                                kept.stream()
                                        .filter(put -> put.getKey() == sample)
                                        .map(Map.Entry::getValue)
                                        .findFirst());
                kept.replaceAll(
                        put -> put.getKey() == sample ? Map.entry(-1, put.getValue()) : put);
            } else {
                Prediction prediction = prediction(random, 1 + i / 200);
                store.put(key(sample), prediction);
                puts.replaceAll(
                        put -> put.getKey() == sample ? Map.entry(-1, put.getValue()) : put);
                puts.add(Map.entry(sample, prediction));
            }
            if (i % 500 == 250) {
                store = PredictionStore.restore(capacity, saved(store));
            }
        }
    }

    private static Prediction prediction(SplittableRandom random, int teachers) {
        List<Integer> each = new ArrayList<>();
        for (int number = 0; number < teachers - 1; number++) {
            each.add(random.nextInt(11) - 1);
        }
        each.add(random.nextInt(10));
        return new Prediction(random.nextInt(10), random.nextInt(10), random.nextInt(10))
                .with(each)
                .sure(random.nextFloat());
    }
}
