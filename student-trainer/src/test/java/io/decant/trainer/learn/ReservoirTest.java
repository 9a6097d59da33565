package io.decant.trainer.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ReservoirTest {
    private static final int CAPACITY = 50;

    private static Reservoir reservoir(long seed) {
        return new Reservoir(new RehearsalSettings(CAPACITY, 1 << 20, 10), 4, 4, seed);
    }

    /** Sample number i, its own target. */
    private static void offer(Reservoir reservoir, int i) {
        reservoir.offer(ByteBuffer.allocate(4).putInt(0, i), ByteBuffer.allocate(4).putInt(0, -i));
    }

    private static int number(Reservoir.Row row) {
        // Written big-endian, read as the little-endian view that students use.
        return Integer.reverseBytes(row.features().getInt(0));
    }

    @Test
    void everySampleOfThePastIsKeptWithTheSameProbability() {
        // Given
        int offered = 500;
        int runs = 2_000;
        int[] kept = new int[offered];
        // When
        for (int seed = 0; seed < runs; seed++) {
            Reservoir reservoir = reservoir(seed);
            for (int i = 0; i < offered; i++) {
                offer(reservoir, i);
            }
            StateWriter state = new StateWriter();
            for (ByteBuffer row : rows(reservoir, state)) {
                kept[row.duplicate().order(java.nio.ByteOrder.BIG_ENDIAN).getInt(0)]++;
            }
        }
        // Then: chi-squared of 499 degrees of freedom stays below its 99.99 % point
        double expected = (double) runs * CAPACITY / offered;
        double chiSquared =
                Arrays.stream(kept)
                        .mapToDouble(k -> (k - expected) * (k - expected) / expected)
                        .sum();
        assertThat(chiSquared).isLessThan(625);
    }

    private static java.util.List<ByteBuffer> rows(Reservoir reservoir, StateWriter state) {
        reservoir.save("r", state);
        state.text("format", LearnerState.FORMAT);
        return state.done().rows("r.rows");
    }

    @Test
    void drawsAreUniformOverWhatIsKept() {
        // Given
        Reservoir reservoir = reservoir(3);
        for (int i = 0; i < CAPACITY; i++) {
            offer(reservoir, i);
        }
        int[] drawn = new int[CAPACITY];
        // When
        for (int draw = 0; draw < 100_000; draw++) {
            drawn[number(reservoir.draw(draw))]++;
        }
        // Then
        for (int count : drawn) {
            assertThat(count / 100_000.0).isCloseTo(1.0 / CAPACITY, within(0.003));
        }
    }

    @Test
    void featuresAndTargetStayTogether() {
        // Given
        Reservoir reservoir = reservoir(3);
        for (int i = 0; i < 1_000; i++) {
            offer(reservoir, i);
        }
        // When
        Reservoir.Row row = reservoir.draw(5);
        // Then
        assertThat(Integer.reverseBytes(row.target().getInt(0))).isEqualTo(-number(row));
    }

    @Test
    void oneOfAnotherSizeBeginsAnew() {
        // Given: a state of 50, after 500
        Reservoir full = reservoir(3);
        for (int i = 0; i < 500; i++) {
            offer(full, i);
        }
        StateWriter state = new StateWriter();
        full.save("r", state);
        state.text("format", LearnerState.FORMAT);
        LearnerState saved = state.done();
        Reservoir larger = new Reservoir(new RehearsalSettings(100, 1 << 20, 10), 4, 4, 3);
        Reservoir same = reservoir(3);
        // When
        larger.restore("r", saved);
        same.restore("r", saved);
        // Then
        assertThat(larger.size()).isZero();
        assertThat(same.size()).isEqualTo(CAPACITY);
    }

    @Test
    void largeSamplesAreBoundedByTheirBytes() {
        assertThat(new RehearsalSettings(2000, 1 << 20, 32).rows(600_000)).isEqualTo(1);
        assertThat(new RehearsalSettings(2000, 1 << 20, 32).rows(824)).isEqualTo(1272);
        assertThat(new RehearsalSettings(2000, 16 << 20, 32).rows(824)).isEqualTo(2000);
    }

    @Test
    void nothingIsRehearsedBeforeEnoughIsRemembered() {
        // Given
        Reservoir reservoir = reservoir(1);
        // When, Then
        for (int i = 0; i < 9; i++) {
            offer(reservoir, i);
            assertThat(reservoir.isReady()).isFalse();
        }
        offer(reservoir, 9);
        assertThat(reservoir.isReady()).isTrue();
    }
}
