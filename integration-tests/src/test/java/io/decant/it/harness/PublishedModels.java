package io.decant.it.harness;

import static java.util.stream.Collectors.groupingBy;

import io.decant.model.checkpoint.Anchor;
import io.decant.pipeline.kafka.ClusterSettings;
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

    /** Every version of a model that the topic holds, by its number. */
    public static TreeMap<Long, Anchor> read(ClusterSettings cluster, String model) {
        Map<Long, List<WeightsChunk>> versions = TopicContents.read(cluster, Topic.MODEL_WEIGHTS, WeightsChunk.class).stream()
                .map(TopicContents.Entry::value)
                .filter(chunk -> chunk.getModel().equals(model))
                .collect(groupingBy(WeightsChunk::getVersion));
        TreeMap<Long, Anchor> models = new TreeMap<>();
        versions.forEach((version, chunks) -> models.put(version, Anchor.decode(file(chunks))));
        return models;
    }

    private static byte[] file(List<WeightsChunk> chunks) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        chunks.stream().sorted(Comparator.comparingInt(WeightsChunk::getPart)).forEach(chunk -> file.writeBytes(bytes(chunk.getData())));
        return file.toByteArray();
    }

    /** A copy of a buffer's content. */
    public static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
