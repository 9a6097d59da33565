package io.decant.gateway;

import io.decant.pipeline.config.Setting;
import io.decant.pipeline.sign.SignaturePolicy;
import java.nio.file.Path;
import java.util.List;

/** Whom a gateway believes. <i>Immutable.</i> */
public record SignatureSettings(
        @Setting(
                        doc =
                                "Whether manifests, aliases and orders must be signed by one of the keys; accept believes unsigned ones and unknown keys too.",
                        otherwise = "require")
                SignaturePolicy policy,
        @Setting(
                        doc =
                                "Files with public keys that are trusted; several, so that keys can be rotated.",
                        otherwise = "")
                List<Path> keys) {
    public SignatureSettings {
        keys = List.copyOf(keys);
        if (policy == SignaturePolicy.REQUIRE && keys.isEmpty()) {
            throw new IllegalArgumentException(
                    "signatures.policy is require and signatures.keys names no public key; make a pair with decant keys generate and name its public file, or say signatures.policy: accept to believe anyone");
        }
    }
}
