package io.decant.follower.reload;

import io.decant.model.digest.Sha256;
import io.decant.model.spec.InvalidModelException;
import io.decant.records.CheckpointForm;
import io.decant.records.CheckpointManifest;
import io.decant.records.WeightsChunk;
import java.nio.ByteBuffer;
import java.util.List;

/** Puts a form's chunks together. <i>Thread-safe: pure.</i> */
public final class FormFile {
    private FormFile() {}

    /**
     * The form's bytes. Nothing is allocated before the sizes of what is there were compared with
     * what was announced.
     *
     * @param chunks in the order of the topic
     * @throws InvalidModelException when they are not what the manifest announces
     */
    public static byte[] of(
            CheckpointManifest manifest, CheckpointForm form, List<WeightsChunk> chunks) {
        int parts = form.getChunkDigests().size();
        if (chunks.size() != parts) {
            throw new InvalidModelException(
                    "the offset range holds "
                            + chunks.size()
                            + " chunks of the model; the manifest announces "
                            + parts
                            + " (compaction may have removed them)");
        }
        long bytes = 0;
        for (int part = 0; part < parts; part++) {
            check(manifest, form, part, chunks.get(part));
            bytes += chunks.get(part).getData().remaining();
        }
        if (bytes != form.getBytes()) {
            throw new InvalidModelException(
                    "the chunks hold "
                            + bytes
                            + " bytes; the manifest announces "
                            + form.getBytes());
        }
        ByteBuffer file = ByteBuffer.allocate(Math.toIntExact(bytes));
        chunks.forEach(chunk -> file.put(chunk.getData().duplicate()));
        return file.array();
    }

    private static void check(
            CheckpointManifest manifest, CheckpointForm form, int part, WeightsChunk chunk) {
        int parts = form.getChunkDigests().size();
        String name = "chunk " + part + " of " + parts;
        if (chunk.getVersion() != manifest.getVersion()
                || !chunk.getModel().equals(manifest.getModel())
                || chunk.getForm() != form.getForm()
                || chunk.getPart() != part
                || chunk.getParts() != parts) {
            throw new InvalidModelException(
                    name
                            + " is "
                            + chunk.getModel()
                            + "/"
                            + chunk.getVersion()
                            + "/"
                            + chunk.getForm()
                            + "/"
                            + chunk.getPart()
                            + "; expected version "
                            + manifest.getVersion()
                            + " "
                            + form.getForm());
        }
        if (!ByteBuffer.wrap(Sha256.of(chunk.getData())).equals(form.getChunkDigests().get(part))) {
            throw new InvalidModelException(
                    name + " does not have the SHA-256 that the manifest announces");
        }
    }
}
