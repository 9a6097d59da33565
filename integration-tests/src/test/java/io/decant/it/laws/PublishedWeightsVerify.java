package io.decant.it.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.it.harness.TopicContents.Entry;
import io.decant.model.checkpoint.Anchor;
import io.decant.records.CheckpointManifest;
import io.decant.records.WeightsChunk;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;

/**
 * L5, as far as the topics show it. What a manifest names can be read, and has the digests that it
 * names.
 */
final class PublishedWeightsVerify implements Law {
    @Override
    public String sentence() {
        return "L5: a published version's chunks give the weights whose digest its manifest names";
    }

    @Override
    public void check(RunRecord run) {
        for (Entry<CheckpointManifest> entry : run.manifests()) {
            CheckpointManifest manifest = entry.value();
            assertThat(manifest.getForms())
                    .as("%s: forms of %s", sentence(), entry.key())
                    .isNotEmpty();
            var range = manifest.getForms().get(0).getChunks();
            List<WeightsChunk> chunks =
                    run.weights().stream()
                            .filter(
                                    chunk ->
                                            chunk.partition() == range.getPartition()
                                                    && chunk.offset() >= range.getFrom()
                                                    && chunk.offset() < range.getTo())
                            .map(Entry::value)
                            .filter(
                                    chunk ->
                                            chunk.getModel().equals(manifest.getModel())
                                                    && chunk.getVersion() == manifest.getVersion())
                            .sorted(Comparator.comparingInt(WeightsChunk::getPart))
                            .toList();
            ByteArrayOutputStream anchor = new ByteArrayOutputStream();
            for (WeightsChunk chunk : chunks) {
                anchor.writeBytes(bytes(chunk.getData()));
            }
            Anchor decoded = Anchor.decode(anchor.toByteArray());
            assertThat(decoded.weightsDigest())
                    .as("%s: weights of %s", sentence(), entry.key())
                    .isEqualTo(bytes(manifest.getWeightsDigest()));
            assertThat(decoded.spec().digest())
                    .as("%s: specification of %s", sentence(), entry.key())
                    .isEqualTo(bytes(manifest.getSpecDigest()));
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
