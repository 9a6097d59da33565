package io.decant.bench.pipeline;

import io.decant.bench.cluster.Feed;
import io.decant.dataset.IdxDataset;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.trace.Traces;
import io.decant.records.DType;
import io.decant.records.Label;
import io.decant.records.Sample;
import io.decant.records.Tensor;
import io.decant.topics.Topic;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Produces samples, each with its label behind it, as fast as the broker takes them.
 * <i>Thread-safe.</i>
 */
final class Stream {
    private Stream() {}

    /** Produces so many samples and labels and returns when the broker has them all. */
    static void produce(ClusterSettings cluster, IdxDataset dataset, int samples) {
        produce(cluster, dataset, samples, 0);
    }

    /**
     * As {@link #produce(ClusterSettings, IdxDataset, int)}.
     *
     * @param traced of so many samples one begins a trace; 0 for none
     */
    static void produce(ClusterSettings cluster, IdxDataset dataset, int samples, int traced) {
        try (Feed feed = new Feed(cluster)) {
            for (int i = 0; i < samples; i++) {
                int index = i % dataset.training().size();
                String id = "b-" + i;
                long now = System.currentTimeMillis();
                Tensor features =
                        new Tensor(
                                DType.U8,
                                dataset.training().shape(),
                                ByteBuffer.wrap(dataset.training().sample(index)));
                Headers headers = new RecordHeaders();
                if (traced > 0 && i % traced == 0) {
                    headers.add(Traces.HEADER, context(i));
                }
                feed.send(Topic.SAMPLES, id, now, new Sample(id, features, now, Map.of()), headers);
                feed.send(
                        Topic.LABELS,
                        id,
                        now,
                        new Label(id, dataset.training().label(index), null, "bench", now));
            }
        }
    }

    private static byte[] context(int index) {
        return "00-%032x-%016x-01".formatted(index + 1, index + 1).getBytes(StandardCharsets.UTF_8);
    }
}
