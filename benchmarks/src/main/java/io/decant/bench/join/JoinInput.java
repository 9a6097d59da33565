package io.decant.bench.join;

import io.decant.bench.cluster.Feed;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.SoftTargetPayload;
import io.decant.pipeline.record.Tensors;
import io.decant.records.DType;
import io.decant.records.Encoding;
import io.decant.records.Label;
import io.decant.records.Outcome;
import io.decant.records.Prefix8;
import io.decant.records.Sample;
import io.decant.records.SoftTarget;
import io.decant.records.Tensor;
import io.decant.topics.Topic;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Small samples, each with a label of the same moment and a soft target of a little later, as if a
 * teacher had answered a fast stream. <i>Immutable.</i>
 *
 * @param features bytes of a sample
 */
record JoinInput(int samples, int features, long seed) {
    private static final int CLASSES = 10;
    private static final int SAMPLES_A_MILLISECOND = 20;
    private static final int ANSWER_MILLIS = 50;

    /** Produces all of it into topics that are empty. */
    void produce(ClusterSettings cluster) {
        Random random = new Random(seed);
        long[] nextOffset = new long[cluster.samplePartitions()];
        // In the past, all of it: nothing is refused for its event time.
        long begun =
                System.currentTimeMillis() - samples / SAMPLES_A_MILLISECOND - 2 * ANSWER_MILLIS;
        try (Feed feed = new Feed(cluster)) {
            for (int i = 0; i < samples; i++) {
                long at = begun + i / SAMPLES_A_MILLISECOND;
                Sample sample = sample("b-" + i, at, random);
                String id = sample.getSampleId();
                int partition = cluster.topics().samplePartition(id);
                feed.send(Topic.SAMPLES, id, at, sample);
                feed.send(
                        Topic.LABELS,
                        id,
                        at,
                        new Label(id, random.nextInt(CLASSES), null, "bench", at));
                feed.send(
                        Topic.SOFT_TARGETS,
                        id,
                        at + ANSWER_MILLIS,
                        answer(sample, partition, nextOffset[partition]++, random));
            }
        }
    }

    private Sample sample(String id, long at, Random random) {
        byte[] bytes = new byte[features];
        random.nextBytes(bytes);
        return new Sample(
                id, new Tensor(DType.U8, List.of(features), ByteBuffer.wrap(bytes)), at, Map.of());
    }

    private static SoftTarget answer(Sample sample, int partition, long offset, Random random) {
        float[] softened = new float[CLASSES];
        for (int c = 0; c < CLASSES; c++) {
            softened[c] = (float) random.nextGaussian();
        }
        return SoftTarget.newBuilder()
                .setSampleId(sample.getSampleId())
                .setTeacherId("teacher")
                .setTeacherVersion(new Prefix8(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}))
                .setOutcome(Outcome.SCORED)
                .setClassCount(CLASSES)
                .setTemperature(3)
                .setEncoding(Encoding.I8)
                .setPayload(ByteBuffer.wrap(SoftTargetPayload.encode(softened, Encoding.I8)))
                .setFeatureHash(Tensors.hash(Tensors.bytes(sample.getFeatures())))
                .setSamplePartition(partition)
                .setSampleOffset(offset)
                .setEventTimeMillis(sample.getEventTimeMillis())
                .build();
    }
}
