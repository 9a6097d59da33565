package io.decant.cli.doctor;

import io.decant.cli.topics.TailStart;
import io.decant.cli.topics.TopicRecords;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.MetricPoint;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** The points of the last moments in training-metrics. <i>Thread-safe: no state.</i> */
public final class RecentPoints {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MOST = 50_000;

    private RecentPoints() {}

    /** Reads what was written within {@code window} before now. */
    public static List<MetricPoint> read(
            ClusterSettings cluster, Duration window, InstantSource clock) {
        Topics topics = cluster.topics();
        List<TopicPartition> partitions =
                IntStream.range(0, topics.partitions(Topic.TRAINING_METRICS))
                        .mapToObj(p -> new TopicPartition(topics.name(Topic.TRAINING_METRICS), p))
                        .toList();
        List<MetricPoint> points = new ArrayList<>();
        try (RecordCodec codec = new RecordCodec(cluster);
                TopicRecords records =
                        new TopicRecords(cluster, partitions, Optional.empty(), clock, PATIENCE)) {
            TailStart since = new TailStart.Since(clock.instant().minus(window));
            for (ConsumerRecord<byte[], byte[]> record : records.from(since, MOST)) {
                Decoded<MetricPoint> decoded =
                        codec.decode(Topic.TRAINING_METRICS, record.value(), MetricPoint.class);
                if (decoded instanceof Decoded.Good<MetricPoint> good) {
                    points.add(good.value());
                }
            }
        }
        return points;
    }
}
