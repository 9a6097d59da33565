package io.decant.it.harness;

import static java.util.stream.Collectors.groupingBy;

import io.decant.model.checkpoint.Anchor;
import io.decant.model.checkpoint.Delta;
import io.decant.model.checkpoint.WeightsChain;
import io.decant.model.spec.ModelSpec;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.FormKind;
import io.decant.records.WeightsChunk;
import io.decant.topics.Topic;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads models from model-weights without any of the gateway's code. <i>Thread-safe.</i> */
public final class PublishedModels {
    private PublishedModels() {}

    /**
     * Every version of a model that the topic holds, by its number: anchors as they are, and what
     * deltas make of the version before.
     */
    public static TreeMap<Long, Anchor> read(ClusterSettings cluster, String model) {
        Map<Long, Map<FormKind, List<WeightsChunk>>> versions =
                TopicContents.read(cluster, Topic.MODEL_WEIGHTS, WeightsChunk.class).stream()
                        .map(TopicContents.Entry::value)
                        .filter(chunk -> chunk.getModel().equals(model))
                        .collect(
                                groupingBy(
                                        WeightsChunk::getVersion,
                                        TreeMap::new,
                                        groupingBy(WeightsChunk::getForm)));
        TreeMap<Long, Anchor> models = new TreeMap<>();
        versions.forEach(
                (version, forms) ->
                        models.put(
                                version,
                                forms.containsKey(FormKind.ANCHOR)
                                        ? Anchor.decode(file(forms.get(FormKind.ANCHOR)))
                                        : sum(
                                                models.get(version - 1),
                                                file(forms.get(FormKind.DELTA)))));
        return models;
    }

    private static Anchor sum(Anchor parent, byte[] delta) {
        ModelSpec spec = parent.spec();
        float[] weights = parent.floats();
        Delta.decode(delta, weights.length).addTo(spec, weights);
        return WeightsChain.at(spec, weights).anchor();
    }

    /** Chunks of one form, put together. */
    public static byte[] file(List<WeightsChunk> chunks) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        chunks.stream()
                .sorted(Comparator.comparingInt(WeightsChunk::getPart))
                .forEach(chunk -> file.writeBytes(bytes(chunk.getData())));
        return file.toByteArray();
    }

    /** A copy of a buffer's content. */
    public static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
