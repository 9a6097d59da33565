package io.decant.pipeline.pause;

import io.decant.pipeline.config.Setting;
import io.decant.pipeline.sign.SignaturePolicy;
import java.nio.file.Path;
import java.util.List;

/**
 * How a service begins, and whose orders to pause and to resume it believes; the same block, {@code
 * pause}, in every service's configuration. <i>Immutable.</i>
 */
public record PauseSettings(
        @Setting(
                        doc =
                                "Whether the service takes no work at first, until it is ordered to resume after its start.",
                        otherwise = "false")
                boolean startPaused,
        @Setting(
                        doc =
                                "Whether orders to pause and resume must be signed by one of the keys; accept believes unsigned ones and unknown keys too.",
                        otherwise = "accept")
                SignaturePolicy signatures,
        @Setting(doc = "Files with public keys that are trusted for such orders.", otherwise = "")
                List<Path> keys) {
    public PauseSettings {
        keys = List.copyOf(keys);
        if (signatures == SignaturePolicy.REQUIRE && keys.isEmpty()) {
            throw new IllegalArgumentException(
                    "pause.signatures is require and pause.keys names no public key; name the operators' one, or say pause.signatures: accept to believe anyone who may write to the control topic");
        }
    }
}
