package io.decant.pipeline.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.decant.records.Encoding;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampledPayloadTest {
    @Test
    void softmaxOfWhatIsReadIsTheShareOfTheDraws() {
        Random random = new Random(17);
        for (int i = 0; i < 1_000; i++) {
            // Given
            int draws = 1 + random.nextInt(SampledPayload.MAX_DRAWS);
            int[] counts = new int[2 + random.nextInt(300)];
            for (int d = 0; d < draws; d++) {
                counts[random.nextInt(counts.length)]++;
            }

            // When
            float[] read = decoded(SampledPayload.encode(counts), counts.length);

            // Then
            double[] p = Divergence.softmax(read);
            for (int c = 0; c < counts.length; c++) {
                assertThat(p[c]).isCloseTo(counts[c] / (double) draws, within(1e-7));
                if (counts[c] == 0) {
                    assertThat((float) Math.exp(read[c])).as("mass of class " + c).isZero();
                }
            }
        }
    }

    @Test
    void aPayloadIsWrittenAndReadForEver() {
        // Class 1 once, class 258 three times
        int[] counts = new int[300];
        counts[1] = 1;
        counts[258] = 3;

        byte[] payload = SampledPayload.encode(counts);

        assertThat(HexFormat.of().formatHex(payload)).isEqualTo("010001020103");
        float[] read = decoded(payload, 300);
        assertThat(read[1]).isEqualTo((float) Math.log(0.25));
        assertThat(read[258]).isEqualTo((float) Math.log(0.75));
        assertThat(read[0]).isEqualTo(-128f);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "01",
                "0100",
                "01000101", // of no size
                "030001", // class 3 of 3
                "010001010001",
                "010001000001", // twice; falling
                "010000", // drawn 0 times
                "0000ff010001", // 256 draws
                "000001010001020001030001", // four of three
            })
    void aDamagedPayloadIsRefusedWithAReason(String hex) {
        assertThatThrownBy(() -> decoded(HexFormat.of().parseHex(hex), 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("; expected ");
    }

    @Test
    void whatIsNoDrawIsNotWritten() {
        assertThatThrownBy(() -> SampledPayload.encode(new int[3]))
                .hasMessage("the counts sum to 0 draws; expected 1 to 255");
        assertThatThrownBy(() -> SampledPayload.encode(new int[] {200, 56}))
                .hasMessage("the counts sum to 256 draws; expected 1 to 255");
        assertThatThrownBy(() -> SampledPayload.encode(new int[] {3, -1}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SampledPayload.encode(new int[65_537]))
                .hasMessageStartingWith("65537 classes cannot be named by two bytes");
    }

    private static float[] decoded(byte[] payload, int classes) {
        float[] read = new float[classes];
        SoftTargetPayload.decode(ByteBuffer.wrap(payload), Encoding.SAMPLED, read);
        return read;
    }
}
