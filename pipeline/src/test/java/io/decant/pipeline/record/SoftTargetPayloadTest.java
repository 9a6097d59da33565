package io.decant.pipeline.record;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.decant.records.Encoding;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SoftTargetPayloadTest {
    @Test
    void f32IsExact() {
        Random random = new Random(17);
        for (int i = 0; i < 1_000; i++) {
            // Given
            float[] logits = logits(random, 1 + random.nextInt(70), 10);

            // When
            byte[] payload = SoftTargetPayload.encode(logits, Encoding.F32);

            // Then
            assertThat(payload).hasSize(4 * logits.length);
            assertThat(decoded(payload, Encoding.F32, logits.length)).containsExactly(logits);
        }
    }

    @Test
    void i8IsOffByAtMostHalfAStepAndLosesAtMostAnEighthOfItsSquare() {
        Random random = new Random(17);
        for (int i = 0; i < 5_000; i++) {
            // Given
            float[] logits = logits(random, 2 + random.nextInt(63), Math.pow(10, i % 6 - 2));

            // When
            byte[] payload = SoftTargetPayload.encode(logits, Encoding.I8);
            float[] read = decoded(payload, Encoding.I8, logits.length);

            // Then
            assertThat(payload).hasSize(logits.length + 4);
            double step = Float16.toFloat(ByteBuffer.wrap(payload).order(LITTLE_ENDIAN).getShort());
            double largest = 0;
            for (int c = 0; c < logits.length; c++) {
                assertThat((double) read[c]).isCloseTo(logits[c], within(step / 2 + ulps(logits)));
                largest = Math.max(largest, Math.abs(logits[c]));
            }
            assertThat(Divergence.of(logits, read))
                    .isLessThanOrEqualTo(step * step / 8 + 1e-6 * (1 + largest));
        }
    }

    @Test
    void i8LosesTenThousandthsOfANatAtAnOrdinarySpan() {
        Random random = new Random(17);
        for (int i = 0; i < 1_000; i++) {
            float[] logits = logits(random, 10, 1);
            logits[0] = -3.5f;
            logits[9] = 3.5f;
            for (int c = 1; c < 9; c++) {
                logits[c] = Math.max(-3.5f, Math.min(3.5f, logits[c]));
            }

            float[] read = decoded(SoftTargetPayload.encode(logits, Encoding.I8), Encoding.I8, 10);

            assertThat(Divergence.of(logits, read)).isLessThan(1.0e-4);
        }
    }

    @Test
    void payloadsOfTheFirstReleaseAreReadForEver() {
        // F32 of 1.5, -2, 0.25
        assertThat(decoded("0000c03f000000c00000803e", Encoding.F32, 3))
                .containsExactly(1.5f, -2f, 0.25f);
        // I8 of scale 0.5 (binary16 0x3800), minimum -2 (0xc000), bytes 0, 1, 255
        assertThat(decoded("003800c00001ff", Encoding.I8, 3)).containsExactly(-2f, -1.5f, 125.5f);
    }

    @Test
    void i8IsWrittenAsInTheFirstRelease() {
        // Given: a span of 127.5 is 255 steps of 0.5
        float[] logits = {-2f, -1.5f, 125.5f};

        assertThat(HexFormat.of().formatHex(SoftTargetPayload.encode(logits, Encoding.I8)))
                .isEqualTo("003800c00001ff");
    }

    @ParameterizedTest
    @ValueSource(floats = {0f, 1.0001f, -7.3f, 65504f, -65504f, 100_000f, 1e-8f, -1e-8f})
    void equalLogitsStayEqual(float value) {
        float[] read =
                decoded(
                        SoftTargetPayload.encode(new float[] {value, value, value}, Encoding.I8),
                        Encoding.I8,
                        3);

        assertThat(read[1]).isEqualTo(read[0]).isEqualTo(read[2]);
    }

    @Test
    void i8HoldsTheWidestSpanAndRefusesWiderOnes() {
        float[] widest = {-65504f, 0f, 65504f * 254};
        assertThat(decoded(SoftTargetPayload.encode(widest, Encoding.I8), Encoding.I8, 3)[2])
                .isCloseTo(65504f * 254, within(40_000f));
        assertThatThrownBy(() -> SoftTargetPayload.encode(new float[] {-65505f, 0f}, Encoding.I8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("write them as F32");
        assertThatThrownBy(() -> SoftTargetPayload.encode(new float[] {0f, 1.7e7f}, Encoding.I8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("write them as F32");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void whatIsNotFiniteIsNeitherWrittenNorRead(float value) {
        for (Encoding encoding : new Encoding[] {Encoding.F32, Encoding.I8}) {
            assertThatThrownBy(() -> SoftTargetPayload.encode(new float[] {1, value}, encoding))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("logit 1 is " + value + "; expected finite logits");
        }
        byte[] payload = SoftTargetPayload.encode(new float[] {1, 2}, Encoding.F32);
        ByteBuffer.wrap(payload).order(LITTLE_ENDIAN).putFloat(4, value);
        assertThatThrownBy(() -> decoded(payload, Encoding.F32, 2))
                .hasMessage("the payload holds NaN or an infinite number; expected finite logits");
        assertThatThrownBy(() -> decoded("007c00c00001ff", Encoding.I8, 3))
                .as("an infinite scale")
                .hasMessageContaining("infinite");
    }

    @Test
    void aPayloadOfAnotherSizeIsRefused() {
        assertThatThrownBy(() -> decoded(new byte[13], Encoding.I8, 10))
                .hasMessage("the payload has 13 bytes; expected 14 for 10 classes as I8");
        assertThatThrownBy(() -> decoded(new byte[14], Encoding.F32, 10))
                .hasMessage("the payload has 14 bytes; expected 40 for 10 classes as F32");
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"F32", "F16", "I8"})
    void whatHoldsNotAllClassesIsNotWrittenHere(Encoding encoding) {
        assertThatThrownBy(() -> SoftTargetPayload.encode(new float[2], encoding))
                .hasMessage("all classes are written as F32, F16 or I8, was " + encoding);
    }

    @Test
    void anEncodingOfALaterVersionIsRefused() {
        assertThatThrownBy(() -> decoded(new byte[6], Encoding.UNKNOWN, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the encoding is not known to this version; update this reader");
    }

    @Test
    void f16IsOffByAtMostItsHalfStepAndLosesAtMostHalfTheSquareOfThat() {
        Random random = new Random(17);
        for (int i = 0; i < 5_000; i++) {
            // Given
            float[] logits = logits(random, 2 + random.nextInt(63), Math.pow(10, i % 7 - 3));

            // When
            byte[] payload = SoftTargetPayload.encode(logits, Encoding.F16);
            float[] read = decoded(payload, Encoding.F16, logits.length);

            // Then
            assertThat(payload).hasSize(2 * logits.length);
            double largest = 0;
            for (int c = 0; c < logits.length; c++) {
                double step = Math.max(Math.abs(logits[c]) * 0x1p-11, 0x1p-25);
                assertThat((double) read[c]).isCloseTo(logits[c], within(step));
                largest = Math.max(largest, step);
            }
            assertThat(Divergence.of(logits, read))
                    .isLessThanOrEqualTo(largest * largest / 2 + 1e-12);
        }
    }

    @Test
    void f16HoldsItsWidestValuesAndRefusesWiderOnes() {
        float[] widest = {-65504f, 65504f, 1e-9f};
        assertThat(decoded(SoftTargetPayload.encode(widest, Encoding.F16), Encoding.F16, 3))
                .containsExactly(-65504f, 65504f, 0f);
        assertThatThrownBy(() -> SoftTargetPayload.encode(new float[] {0, -65505f}, Encoding.F16))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "logit 1 is -65505.0 after softening and cannot be written as F16, which ends at 65504; write it as F32");
    }

    @Test
    void f16IsReadForEver() {
        assertThat(decoded("003800c0007b", Encoding.F16, 3)).containsExactly(0.5f, -2f, 57344f);
    }

    @Test
    void readingLeavesTheRecordsBufferAsItIs() {
        ByteBuffer payload =
                ByteBuffer.wrap(SoftTargetPayload.encode(new float[] {1, 2}, Encoding.I8));

        SoftTargetPayload.decode(payload, Encoding.I8, new float[2]);

        assertThat(payload.remaining()).isEqualTo(6);
    }

    private static float[] logits(Random random, int classes, double scale) {
        float[] logits = new float[classes];
        for (int i = 0; i < classes; i++) {
            logits[i] = (float) (scale * random.nextGaussian());
        }
        return logits;
    }

    private static float[] decoded(String hex, Encoding encoding, int classes) {
        return decoded(HexFormat.of().parseHex(hex), encoding, classes);
    }

    private static float[] decoded(byte[] payload, Encoding encoding, int classes) {
        float[] read = new float[classes];
        SoftTargetPayload.decode(ByteBuffer.wrap(payload), encoding, read);
        return read;
    }

    /** What binary32 arithmetic may add to the error: a few units in the last place. */
    private static double ulps(float[] logits) {
        double largest = 0;
        for (float logit : logits) {
            largest = Math.max(largest, Math.abs(logit));
        }
        return 4 * Math.ulp((float) largest);
    }
}
