package io.decant.bench.join;

import io.decant.bench.cluster.Feed;
import io.decant.bench.journal.TeacherAnswer;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.DType;
import io.decant.records.Label;
import io.decant.records.Sample;
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
                        new Label(id, random.nextInt(TeacherAnswer.CLASSES), null, "bench", at));
                feed.send(
                        Topic.SOFT_TARGETS,
                        id,
                        at + ANSWER_MILLIS,
                        TeacherAnswer.to(sample, partition, nextOffset[partition]++, random));
            }
        }
    }

    private Sample sample(String id, long at, Random random) {
        byte[] bytes = new byte[features];
        random.nextBytes(bytes);
        return new Sample(
                id, new Tensor(DType.U8, List.of(features), ByteBuffer.wrap(bytes)), at, Map.of());
    }
}
