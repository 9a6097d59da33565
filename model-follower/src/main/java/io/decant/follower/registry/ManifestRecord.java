package io.decant.follower.registry;

import io.decant.records.CheckpointManifest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;

/**
 * A manifest together with the bytes that it was read from: a signature covers those, so only they
 * can be verified again, on disk or elsewhere. <i>Immutable, as long as nobody changes the
 * manifest.</i>
 *
 * @param manifest the bytes' meaning
 * @param wire in Confluent's wire format
 * @param writer schema that {@code wire} was written with
 */
public record ManifestRecord(CheckpointManifest manifest, ByteBuffer wire, Schema writer) {
    public ManifestRecord {
        wire = wire.asReadOnlyBuffer();
    }

    public long version() {
        return manifest.getVersion();
    }

    /** A copy. */
    public byte[] bytes() {
        byte[] bytes = new byte[wire.remaining()];
        wire.duplicate().get(bytes);
        return bytes;
    }

    /** Key of a version's record in the topic. */
    public static byte[] key(String model, long version) {
        return (model + "/" + version).getBytes(StandardCharsets.UTF_8);
    }
}
