package io.decant.follower.reload;

import io.decant.records.CheckpointManifest;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * What makes two checkpoints the same: the number alone does not, because a model that was started
 * anew counts from 1 again. <i>Immutable.</i>
 *
 * @param version sequence number, from 1
 * @param weightsDigest SHA-256 of the weights in hex; empty when the registry holds no manifest
 */
public record VersionId(long version, String weightsDigest) {
    public static VersionId of(CheckpointManifest manifest) {
        return new VersionId(manifest.getVersion(), hex(manifest.getWeightsDigest()));
    }

    /** A version that is asked for and not there. */
    public static VersionId missing(long version) {
        return new VersionId(version, "");
    }

    static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return HexFormat.of().formatHex(copy);
    }
}
