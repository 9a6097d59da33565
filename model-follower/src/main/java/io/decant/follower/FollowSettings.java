package io.decant.follower;

import io.decant.pipeline.config.Setting;
import io.decant.pipeline.sign.SignaturePolicy;
import java.nio.file.Path;
import java.util.List;

/** How a service that is no gateway follows a model. <i>Immutable.</i> */
public record FollowSettings(
        @Setting(
                        doc =
                                "TorchScript files (.pt) of students that may be followed, installed by the operator; a version says by SHA-256 which one it needs. Perceptrons need none.",
                        otherwise = "")
                List<Path> students,
        @Setting(
                        doc =
                                "Whether manifests, aliases and orders must be signed by one of the keys; accept believes unsigned ones and unknown keys too.",
                        otherwise = "require")
                SignaturePolicy signatures,
        @Setting(doc = "Files with public keys that are trusted.", otherwise = "") List<Path> keys,
        @Setting(
                        doc = "Largest model that is fetched, bytes of its anchor.",
                        otherwise = "268435456",
                        min = 1024,
                        max = 1 << 30)
                long maxModelBytes) {
    public FollowSettings {
        students = List.copyOf(students);
        keys = List.copyOf(keys);
    }

    /**
     * Checks what matters only when a model is followed.
     *
     * @param group the settings' name in the configuration
     * @throws IllegalArgumentException with one sentence if signatures are required and no key is
     *     named
     */
    public void check(String group) {
        if (signatures == SignaturePolicy.REQUIRE && keys.isEmpty()) {
            throw new IllegalArgumentException(
                    group
                            + ".signatures is require and "
                            + group
                            + ".keys names no public key; name the one that the trainer signs with, or say "
                            + group
                            + ".signatures: accept to believe anyone");
        }
    }
}
