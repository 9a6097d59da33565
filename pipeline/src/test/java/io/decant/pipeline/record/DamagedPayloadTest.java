package io.decant.pipeline.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.records.Encoding;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever happens to a payload, it is read as finite numbers or refused as the contract says. */
class DamagedPayloadTest {
    private static final float[] LOGITS = {2.5f, -1, 0.125f, -7, 3, 0, 1.5f, -2};

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNKNOWN")
    void everyOtherByteAtEveryPlaceIsReadOrRefused(Encoding encoding) {
        byte[] good = payload(encoding);
        for (int at = 0; at < good.length; at++) {
            for (int value = 0; value < 256; value++) {
                byte[] spoilt = good.clone();
                spoilt[at] = (byte) value;
                refusal(spoilt, encoding, LOGITS.length);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNKNOWN")
    void everyOtherLengthAndClassCountIsReadOrRefused(Encoding encoding) {
        byte[] good = payload(encoding);
        assertThat(refusal(good, encoding, LOGITS.length)).isEmpty();
        for (int length = 0; length < 2 * good.length; length++) {
            for (int classes = 1; classes <= 2 * LOGITS.length; classes++) {
                refusal(Arrays.copyOf(good, length), encoding, classes);
            }
        }
        assertThat(refusal(new byte[0], encoding, LOGITS.length)).isPresent();
        assertThat(refusal(Arrays.copyOf(good, good.length - 1), encoding, LOGITS.length))
                .isPresent();
        assertThat(refusal(Arrays.copyOf(good, good.length + 1), encoding, LOGITS.length))
                .isPresent();
    }

    private static byte[] payload(Encoding encoding) {
        return switch (encoding) {
            case TOPK_F16 -> TopPayload.encode(LOGITS, 3);
            case SAMPLED -> SampledPayload.encode(new int[] {5, 0, 1, 0, 40, 0, 3, 1});
            default -> SoftTargetPayload.encode(LOGITS, encoding);
        };
    }

    /** The sentence that it is refused with; anything but that or finite numbers is a failure. */
    private static Optional<String> refusal(byte[] payload, Encoding encoding, int classes) {
        float[] read = new float[classes];
        try {
            SoftTargetPayload.decode(ByteBuffer.wrap(payload), encoding, read);
        } catch (IllegalArgumentException refused) {
            assertThat(refused.getMessage()).contains("; expected ");
            return Optional.of(refused.getMessage());
        }
        for (float value : read) {
            assertThat(value).isFinite();
        }
        return Optional.empty();
    }
}
