package io.decant.it.laws;

import static io.decant.it.harness.PublishedModels.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.decant.it.harness.PublishedModels;
import io.decant.it.harness.TopicContents.Entry;
import io.decant.model.checkpoint.Anchor;
import io.decant.model.checkpoint.Delta;
import io.decant.model.digest.Sha256;
import io.decant.model.spec.ModelSpec;
import io.decant.records.CheckpointForm;
import io.decant.records.CheckpointManifest;
import io.decant.records.FormKind;
import io.decant.records.WeightsChunk;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * L5, as far as the topics show it. What a manifest names can be read, and has the digests that it
 * names: the anchor by itself, the delta on the weights of its parent.
 */
final class PublishedWeightsVerify implements Law {
    @Override
    public String sentence() {
        return "L5: a published version's chunks give the weights whose digest its manifest names";
    }

    /** A version as its forms gave it. */
    private record Version(ModelSpec spec, float[] weights) {}

    @Override
    public void check(RunRecord run) {
        Map<String, Version> versions = new HashMap<>();
        run.manifests().stream()
                .map(Entry::value)
                .sorted(Comparator.comparingLong(CheckpointManifest::getVersion))
                .forEach(
                        manifest -> {
                            assertThat(manifest.getForms()).as(about(manifest)).isNotEmpty();
                            for (CheckpointForm form : manifest.getForms()) {
                                Version parent =
                                        versions.get(key(manifest, manifest.getParentVersion()));
                                Version version = read(run, manifest, form, parent);
                                assertThat(Sha256.of(version.weights))
                                        .as("%s, %s", about(manifest), form.getForm())
                                        .isEqualTo(bytes(manifest.getWeightsDigest()));
                                versions.put(key(manifest, manifest.getVersion()), version);
                            }
                        });
    }

    private Version read(
            RunRecord run, CheckpointManifest manifest, CheckpointForm form, Version parent) {
        List<WeightsChunk> chunks = chunks(run, manifest, form);
        assertThat(chunks)
                .extracting(chunk -> ByteBuffer.wrap(Sha256.of(chunk.getData())))
                .as("%s: chunks of the %s", about(manifest), form.getForm())
                .isEqualTo(form.getChunkDigests());
        byte[] file = PublishedModels.file(chunks);
        assertThat(file).as(about(manifest)).hasSize(Math.toIntExact(form.getBytes()));
        if (form.getForm() == FormKind.ANCHOR) {
            Anchor anchor = Anchor.decode(file);
            assertThat(anchor.spec().digest())
                    .as("%s: specification", about(manifest))
                    .isEqualTo(bytes(manifest.getSpecDigest()));
            return new Version(anchor.spec(), anchor.floats());
        }
        assertThat(parent).as("%s: parent of the delta", about(manifest)).isNotNull();
        float[] weights = parent.weights.clone();
        Delta.decode(file, weights.length).addTo(parent.spec, weights);
        return new Version(parent.spec, weights);
    }

    private static List<WeightsChunk> chunks(
            RunRecord run, CheckpointManifest manifest, CheckpointForm form) {
        var range = form.getChunks();
        return run.weights().stream()
                .filter(
                        chunk ->
                                chunk.partition() == range.getPartition()
                                        && chunk.offset() >= range.getFrom()
                                        && chunk.offset() < range.getTo())
                .map(Entry::value)
                .filter(
                        chunk ->
                                chunk.getModel().equals(manifest.getModel())
                                        && chunk.getVersion() == manifest.getVersion()
                                        && chunk.getForm() == form.getForm())
                .sorted(Comparator.comparingInt(WeightsChunk::getPart))
                .toList();
    }

    private String about(CheckpointManifest manifest) {
        return sentence() + ": " + key(manifest, manifest.getVersion());
    }

    private static String key(CheckpointManifest manifest, long version) {
        return manifest.getModel() + "/" + version;
    }
}
