package io.decant.pipeline.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.decant.records.Encoding;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopPayloadTest {
    private static final double LN2 = Math.log(2);

    @Test
    void theDivergenceStaysWithinItsBound() {
        Random random = new Random(17);
        for (int i = 0; i < 3_000; i++) {
            // Given
            int classes = 2 + random.nextInt(300);
            int k = 1 + random.nextInt(classes);
            float[] logits = logits(random, classes, Math.pow(10, i % 4 - 2));

            // When
            byte[] payload = TopPayload.encode(logits, k);
            float[] read = decoded(payload, classes);

            // Then
            assertThat(payload).hasSize(2 + 4 * k);
            assertThat(Divergence.of(logits, read))
                    .as("%d of %d classes", k, classes)
                    .isLessThanOrEqualTo(bound(logits, k) + 1e-6);
        }
    }

    /** ρ (log(C − k) − H) + (2⁻¹¹ L)²/2, by sorting instead of by a heap. */
    private static double bound(float[] logits, int k) {
        double[] p = Divergence.softmax(logits);
        Arrays.sort(p);
        double rest = 0;
        double largest = 0;
        for (int i = 0; i < p.length; i++) {
            if (i < p.length - k) {
                rest += p[i];
            } else {
                largest = Math.max(largest, -Math.log(p[i]));
            }
        }
        double uniform = 0;
        for (int i = 0; i < p.length - k && rest > 0; i++) {
            uniform += p[i] * (Math.log(p.length - k) + Math.log(p[i] / rest));
        }
        largest = rest > 0 ? Math.max(largest, -Math.log(rest)) : largest;
        return uniform + Math.pow(largest * 0x1p-11, 2) / 2;
    }

    @Test
    void keptClassesKeepTheirProbabilityAndTheOthersShareTheirs() {
        Random random = new Random(18);
        for (int i = 0; i < 300; i++) {
            // Given
            float[] logits = logits(random, 120, 2);
            double[] p = Divergence.softmax(logits);

            // When
            double[] read = Divergence.softmax(decoded(TopPayload.encode(logits, 20), 120));

            // Then
            Set<Integer> kept =
                    IntStream.range(0, 120)
                            .boxed()
                            .sorted(Comparator.comparingDouble(c -> -p[c]))
                            .limit(20)
                            .collect(Collectors.toSet());
            double rest = 0;
            for (int c = 0; c < 120; c++) {
                rest += kept.contains(c) ? 0 : p[c];
            }
            for (int c = 0; c < 120; c++) {
                double expected = kept.contains(c) ? p[c] : rest / 100;
                assertThat(read[c]).isCloseTo(expected, within(0.01 * expected));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 6, 4096})
    void withAllClassesKeptOnlyRoundingIsLost(int k) {
        float[] logits = {3, -1, 0.5f, -9, 2};

        byte[] payload = TopPayload.encode(logits, k);

        assertThat(payload).hasSize(22);
        assertThat(Divergence.of(logits, decoded(payload, 5))).isLessThan(2e-5);
    }

    @Test
    void ofEqualLogitsTheFirstAreKeptAndTheDistributionStaysUniform() {
        // Given
        float[] logits = new float[100];
        Arrays.fill(logits, 7.5f);
        logits[0] = -0f;
        logits[1] = 0f;
        Arrays.fill(logits, 2, 100, 0f);

        // When
        byte[] payload = TopPayload.encode(logits, 3);

        // Then
        assertThat(indices(payload)).containsExactly(0, 1, 2);
        double[] read = Divergence.softmax(decoded(payload, 100));
        assertThat(Arrays.stream(read).max().orElseThrow()).isCloseTo(0.01, within(1e-4));
        assertThat(Arrays.stream(read).min().orElseThrow()).isCloseTo(0.01, within(1e-4));
    }

    @Test
    void theLikeliestAreFoundWhateverTheirOrderAndSign() {
        Random random = new Random(19);
        for (int i = 0; i < 2_000; i++) {
            // Given, with many equals
            float[] logits = new float[1 + random.nextInt(60)];
            for (int c = 0; c < logits.length; c++) {
                logits[c] = random.nextInt(9) - 4;
            }
            int k = 1 + random.nextInt(logits.length);

            // When
            byte[] payload = TopPayload.encode(logits, k);

            // Then
            assertThat(indices(payload))
                    .containsExactlyElementsOf(
                            IntStream.range(0, logits.length)
                                    .boxed()
                                    .sorted(Comparator.comparingDouble(c -> -logits[c]))
                                    .limit(k)
                                    .sorted()
                                    .toList());
        }
    }

    @Test
    void aRestThatWeighsNothingIsWrittenAndReadAsNothing() {
        // Given
        float[] logits = {0, -80_000, 3e38f, -3e38f, -70_000};

        // When
        float[] read = decoded(TopPayload.encode(logits, 2), 5);

        // Then
        assertThat(read[2]).isZero();
        assertThat(read[0]).as("clamped").isEqualTo(-65504f);
        assertThat(Divergence.softmax(read)).containsExactly(0, 0, 1, 0, 0);
    }

    @Test
    void aPayloadIsReadForEver() {
        // log ρ = -1 (0xbc00), class 1 with -0.5 (0xb800), class 258 with -2 (0xc000)
        float[] read = decoded(HexFormat.of().parseHex("00bc010000b8020100c0"), 1000);

        assertThat(read[1]).isEqualTo(-0.5f);
        assertThat(read[258]).isEqualTo(-2f);
        assertThat(read[0]).isEqualTo((float) (-1 - Math.log(998)));
        assertThat(read[999]).isEqualTo(read[0]);
    }

    @Test
    void aPayloadIsWrittenAsInTheFirstRelease() {
        // Given p = 1/2, 1/4, 1/8, 1/8
        float[] logits = {(float) (-2 * LN2), (float) -LN2, (float) (-3 * LN2), (float) (-3 * LN2)};

        assertThat(HexFormat.of().formatHex(TopPayload.encode(logits, 2)))
                .isEqualTo("8cbd00008cbd01008cb9");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00bc",
                "00bc0100",
                "00bc010000b8ff", // of no size
                "00bc030000b8", // class 3 of 3
                "00bc010000b8010000b8", // twice
                "00bc010000b8000000b8", // falling
                "007c010000b8",
                "00fc010000b8",
                "007e010000b8", // infinite or NaN rest
                "003c010000b8", // a probability above 1
                "00bc010000fc",
                "00bc010000fe",
                "00bc0100003c",
                "00bc000000b8010000b8020000b8030000b8", // four of three
            })
    void aDamagedPayloadIsRefusedWithAReason(String hex) {
        assertThatThrownBy(() -> decoded(HexFormat.of().parseHex(hex), 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the payload ")
                .hasMessageContaining("; expected ");
    }

    @Test
    void whatCannotBeWrittenIsRefused() {
        assertThatThrownBy(() -> TopPayload.encode(new float[65_537], 1))
                .hasMessage(
                        "65537 classes cannot be named by two bytes; expected 1 to 65536, or F32, F16 or I8");
        assertThatThrownBy(() -> TopPayload.encode(new float[3], 0))
                .hasMessage("at least 1 class must be kept, was 0");
        assertThatThrownBy(() -> TopPayload.encode(new float[] {1, Float.NaN}, 1))
                .hasMessage("logit 1 is NaN; expected finite logits");
    }

    @Test
    void theLastOfTheMostClassesCanBeNamed() {
        float[] logits = new float[SoftTargetPayload.MAX_SPARSE_CLASSES];
        logits[65_535] = 20;

        byte[] payload = TopPayload.encode(logits, 1);

        assertThat(indices(payload)).containsExactly(65_535);
        assertThat(decoded(payload, 65_536)[65_535]).isGreaterThan(-1e-3f);
    }

    private static java.util.List<Integer> indices(byte[] payload) {
        ByteBuffer in = ByteBuffer.wrap(payload).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        return IntStream.iterate(2, at -> at < payload.length, at -> at + 4)
                .mapToObj(at -> in.getShort(at) & 0xffff)
                .toList();
    }

    private static float[] logits(Random random, int classes, double scale) {
        float[] logits = new float[classes];
        for (int i = 0; i < classes; i++) {
            logits[i] = (float) (scale * random.nextGaussian());
        }
        return logits;
    }

    private static float[] decoded(byte[] payload, int classes) {
        float[] read = new float[classes];
        SoftTargetPayload.decode(ByteBuffer.wrap(payload), Encoding.TOPK_F16, read);
        return read;
    }
}
