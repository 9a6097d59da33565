package io.decant.trainer.publish;

import java.util.HexFormat;

/**
 * A committed version. <i>Immutable.</i>
 *
 * @param version its number
 * @param weightsSha256 of e_n, hexadecimal
 * @param averageSha256 of the student's averaged weights, hexadecimal
 * @param stateSha256 of the whole state, hexadecimal
 * @param millis how long the publish took
 */
public record Published(long version, String weightsSha256, String averageSha256, String stateSha256, long millis) {
    static Published of(long version, byte[] weights, byte[] average, byte[] state, long millis) {
        HexFormat hex = HexFormat.of();
        return new Published(version, hex.formatHex(weights), hex.formatHex(average), hex.formatHex(state), millis);
    }
}
