package io.decant.cli.models;

import io.decant.model.digest.Sha256;
import io.decant.model.spec.InvalidModelException;
import io.decant.records.CheckpointForm;
import io.decant.records.CheckpointManifest;
import io.decant.records.WeightsChunk;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;

/** Puts a form's chunks together. <i>Thread-safe: pure.</i> */
final class FormBytes {
    private FormBytes() {}

    /**
     * The form's bytes, verified by the digests in the manifest.
     *
     * @param chunks what the announced offsets hold; chunks of other versions and forms are passed
     *     over
     * @throws InvalidModelException when a chunk is missing or another than announced
     */
    static byte[] of(CheckpointManifest manifest, CheckpointForm form, List<WeightsChunk> chunks) {
        List<WeightsChunk> own =
                chunks.stream()
                        .filter(chunk -> chunk.getVersion() == manifest.getVersion())
                        .filter(chunk -> chunk.getForm() == form.getForm())
                        .toList();
        String name = "its " + form.getForm().name().toLowerCase(Locale.ROOT);
        int parts = form.getChunkDigests().size();
        if (own.size() != parts) {
            throw new InvalidModelException(
                    name
                            + " must have "
                            + parts
                            + " chunks at partition "
                            + form.getChunks().getPartition()
                            + " offsets "
                            + form.getChunks().getFrom()
                            + " to "
                            + (form.getChunks().getTo() - 1)
                            + " of model-weights, and "
                            + own.size()
                            + " are there");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int part = 0; part < parts; part++) {
            ByteBuffer data = own.get(part).getData();
            if (own.get(part).getPart() != part
                    || !ByteBuffer.wrap(Sha256.of(data)).equals(form.getChunkDigests().get(part))) {
                throw new InvalidModelException(
                        name
                                + ": chunk "
                                + part
                                + " of "
                                + parts
                                + " does not have the SHA-256 that the manifest announces");
            }
            byte[] copy = new byte[data.remaining()];
            data.duplicate().get(copy);
            bytes.writeBytes(copy);
        }
        if (bytes.size() != form.getBytes()) {
            throw new InvalidModelException(
                    name
                            + " has "
                            + bytes.size()
                            + " bytes; the manifest announces "
                            + form.getBytes());
        }
        return bytes.toByteArray();
    }
}
