package io.decant.model.number;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class Float16Test {
    @Test
    void everyBinary16IsTheNumberThatItsFieldsSay() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            double number = Float16.toFloat((short) bits);

            assertThat(Double.compare(number, naive(bits))).as("bits %x", bits).isZero();
        }
    }

    @Test
    void everyBinary16SurvivesTheWayThereAndBack() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            if (!Double.isNaN(naive(bits))) {
                assertThat(Float16.of(Float16.toFloat((short) bits))).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void halfwayBetweenTwoNeighboursTheEvenOneIsTaken() {
        // Neighbours from 0 to the greatest finite number; the last's upper one would be 65536.
        for (int bits = 0; bits < 0x7c00; bits++) {
            double upper = bits == 0x7bff ? 65536 : naive(bits + 1);
            float tie = (float) ((naive(bits) + upper) / 2);
            int even = (bits & 1) == 0 ? bits : bits + 1;

            assertThat(Float16.of(tie)).isEqualTo((short) even);
            assertThat(Float16.of(Math.nextDown(tie))).isEqualTo((short) bits);
            assertThat(Float16.of(Math.nextUp(tie))).isEqualTo((short) (bits + 1));
            assertThat(Float16.of(-tie)).isEqualTo((short) (even | 0x8000));
        }
    }

    @Test
    void anyNumberBecomesANearestBinary16() {
        Random random = new Random(17);

        for (int i = 0; i < 50_000; i++) {
            float value = Float.intBitsToFloat(random.nextInt());
            if (Math.abs(value) < 65504) {
                short half = Float16.of(value);
                int magnitude = half & 0x7fff;
                double error = Math.abs(naive(magnitude) - Math.abs(value));
                double toUpper = Math.abs(naive(Math.min(magnitude + 1, 0x7bff)) - Math.abs(value));
                double toLower = Math.abs(naive(Math.max(magnitude - 1, 0)) - Math.abs(value));

                assertThat(error <= toUpper && error <= toLower).as("nearest to " + value).isTrue();
                assertThat(half < 0).isEqualTo(Float.floatToRawIntBits(value) < 0);
            }
        }
    }

    @Test
    void whatIsTooLargeBecomesInfiniteAndNaNStaysNaN() {
        assertThat(Float16.of(65519.996f)).isEqualTo((short) 0x7bff);
        assertThat(Float16.of(65520f)).isEqualTo((short) 0x7c00);
        assertThat(Float16.of(Float.NEGATIVE_INFINITY)).isEqualTo((short) 0xfc00);
        assertThat(Float16.toFloat(Float16.of(Float.NaN))).isNaN();
        assertThat(Float16.of(Float.MIN_VALUE)).isEqualTo((short) 0);
        assertThat(Float16.of(-0f)).isEqualTo((short) 0x8000);
    }

    /** IEEE 754-2019, 3.4: sign, 5 bits of exponent with bias 15, 10 bits of significand. */
    private static double naive(int bits) {
        int exponent = (bits >> 10) & 0x1f;
        double significand = (bits & 0x3ff) / 1024.0;
        double magnitude =
                switch (exponent) {
                    case 0 -> significand * Math.pow(2, -14);
                    case 31 -> significand == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
                    default -> (1 + significand) * Math.pow(2, exponent - 15);
                };
        return (bits & 0x8000) == 0 ? magnitude : -magnitude;
    }
}
