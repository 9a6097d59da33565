package io.decant.trainer.publish;

import io.decant.trainer.learn.LearnerState;
import java.util.HexFormat;

/**
 * A committed version. <i>Immutable.</i>
 *
 * @param state what the version holds
 * @param weightsSha256 of e_n, hexadecimal
 * @param averageSha256 of the student's averaged weights, hexadecimal
 * @param stateSha256 of the whole state, hexadecimal
 * @param millis how long the publish took
 */
public record Published(
        LearnerState state,
        String weightsSha256,
        String averageSha256,
        String stateSha256,
        long millis) {
    static Published of(
            LearnerState state, byte[] weights, byte[] average, byte[] stateDigest, long millis) {
        HexFormat hex = HexFormat.of();
        return new Published(
                state,
                hex.formatHex(weights),
                hex.formatHex(average),
                hex.formatHex(stateDigest),
                millis);
    }

    /** The version's number. */
    public long version() {
        return state.header().version();
    }
}
