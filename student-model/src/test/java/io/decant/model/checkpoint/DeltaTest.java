package io.decant.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.model.number.Float16;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeltaTest {
    private static final ModelSpec SPEC =
            ModelSpec.mlp(List.of(60, 20, 5), new InputSpec(DType.U8, List.of(60), 1, 0, 1));
    private static final int PARAMETERS = SPEC.parameterCount();

    @Test
    void itHoldsTheGreatestDifferencesAndOfEqualOnesTheFirst() {
        // Given differences with many ties
        Random random = new Random(5);
        float[] base = new float[PARAMETERS];
        float[] target = new float[PARAMETERS];
        for (int i = 0; i < PARAMETERS; i++) {
            target[i] = random.nextInt(-3, 4) / 8f;
        }

        // When the greatest 400 are taken
        float[] sum = base.clone();
        Delta.between(base, target, 400, AnchorEncoding.F32).addTo(SPEC, sum);

        // Then they are those that a sort gives
        float[] naive = base.clone();
        IntStream.range(0, PARAMETERS)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -Math.abs(target[i])))
                .limit(400)
                .forEach(i -> naive[i] = target[i]);
        assertThat(sum).isEqualTo(naive);
    }

    @Test
    void theRestOfTheDifferenceComesWithLaterVersions() {
        // Given a target that stands still
        float[] target = gaussian(7);
        float[] published = new float[PARAMETERS];

        // When 5 % is sent at a time
        for (int version = 0; version < 40; version++) {
            Delta.between(published, target, PARAMETERS / 20, AnchorEncoding.F32)
                    .addTo(SPEC, published);
        }

        // Then what is published has reached it
        for (int i = 0; i < PARAMETERS; i++) {
            assertThat(published[i]).isCloseTo(target[i], within(target[i]));
        }
    }

    private static org.assertj.core.data.Offset<Float> within(float value) {
        return org.assertj.core.data.Offset.offset(Math.abs(value) / 1024 + 1e-6f);
    }

    @ParameterizedTest
    @EnumSource(AnchorEncoding.class)
    void whatIsReadAddsAsWhatWasWritten(AnchorEncoding rounding) {
        float[] base = gaussian(1);
        rounding.round(SPEC, base);
        Delta written = Delta.between(base, gaussian(2), PARAMETERS / 20, rounding);

        Delta read = Delta.decode(written.toBytes(), PARAMETERS);

        float[] one = base.clone();
        float[] other = base.clone();
        written.addTo(SPEC, one);
        read.addTo(SPEC, other);
        assertThat(other).isEqualTo(one).isNotEqualTo(base);
        assertThat(read.toBytes()).isEqualTo(written.toBytes());
    }

    @Test
    void equalWeightsAreAnEmptyDelta() {
        float[] base = gaussian(1);
        Delta nothing = Delta.between(base, base, PARAMETERS / 20, AnchorEncoding.F32);

        Delta read = Delta.decode(nothing.toBytes(), PARAMETERS);

        assertThat(read.entries()).isZero();
    }

    @Test
    void farIndicesSurvive() {
        float[] base = new float[PARAMETERS];
        float[] target = new float[PARAMETERS];
        for (int index : new int[] {0, 254, 255, 256, 765, 1022, PARAMETERS - 1}) {
            target[index] = 1;
        }

        float[] sum = base.clone();
        Delta.decode(Delta.between(base, target, 7, AnchorEncoding.F32).toBytes(), PARAMETERS)
                .addTo(SPEC, sum);

        assertThat(sum).isEqualTo(target);
    }

    @Test
    void aDifferenceThatBinary16CannotHoldIsTheLargestItCan() {
        float[] target = new float[PARAMETERS];
        target[3] = 1e9f;
        float[] sum = new float[PARAMETERS];

        Delta.between(sum, target, 1, AnchorEncoding.F32).addTo(SPEC, sum);

        assertThat(sum[3]).isEqualTo(Float16.MAX);
    }

    @Test
    void aDeltaForAnotherModelIsRefused() {
        byte[] bytes = Delta.between(gaussian(1), gaussian(2), 9, AnchorEncoding.F32).toBytes();

        assertThatThrownBy(() -> Delta.decode(bytes, PARAMETERS + 1))
                .isInstanceOf(InvalidModelException.class)
                .hasMessage("delta: it is for 1325 parameters, the model has 1326");
    }

    @Test
    void hugeCountsInTheHeaderAreRefusedBeforeAnythingIsAllocated() {
        byte[] bytes = Delta.between(gaussian(1), gaussian(2), 9, AnchorEncoding.F32).toBytes();
        for (int field : new int[] {5, 9, 13, 17, 21}) {
            byte[] huge = bytes.clone();
            ByteBuffer.wrap(huge).order(ByteOrder.LITTLE_ENDIAN).putInt(field, Integer.MAX_VALUE);

            assertThatThrownBy(() -> Delta.decode(huge, PARAMETERS))
                    .isInstanceOf(InvalidModelException.class);
        }
    }

    @Test
    void whateverIsDamagedIsReadOrRefused() {
        byte[] bytes = Delta.between(gaussian(1), gaussian(2), 60, AnchorEncoding.F32).toBytes();
        Random random = new Random(11);

        int refused = 0;
        for (int run = 0; run < 5000; run++) {
            byte[] damaged = Arrays.copyOf(bytes, random.nextInt(1, bytes.length + 5));
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                Delta.decode(damaged, PARAMETERS).addTo(SPEC, gaussian(1));
            } catch (InvalidModelException expected) {
                refused++;
            }
        }

        assertThat(refused).isGreaterThan(4000);
    }

    private static float[] gaussian(long seed) {
        Random random = new Random(seed);
        float[] values = new float[PARAMETERS];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() * 0.05f;
        }
        return values;
    }
}
