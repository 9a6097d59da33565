package io.decant.trainer.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.metrics.MetricReporter;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.MetricPoint;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class JoinMetricsTest {
    private final RecordCodec codec =
            new RecordCodec(
                    new ClusterSettings(
                            "unused:1",
                            "http://unused:1",
                            "decant.",
                            1,
                            1,
                            PlainAvro.Writer.class.getName(),
                            PlainAvro.Reader.class.getName(),
                            Map.of()));
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final JoinCounters counters = new JoinCounters();
    private final JoinMetrics metrics =
            new JoinMetrics(
                    counters,
                    new MetricReporter(
                            "joiner",
                            "1@here",
                            MetricReporter.Shown.NOWHERE,
                            Topics.DEFAULT,
                            codec,
                            () -> Instant.EPOCH),
                    producer,
                    () -> {});

    private List<MetricPoint> points() {
        return producer.history().stream()
                .map(
                        sent ->
                                (Decoded.Good<MetricPoint>)
                                        codec.decode(
                                                Topic.TRAINING_METRICS,
                                                sent.value(),
                                                MetricPoint.class))
                .map(Decoded.Good::value)
                .toList();
    }

    @Test
    void aPointHoldsAllCountsAndTheDelayOfTheLabelsSinceTheLastPoint() {
        // Given
        counters.add(JoinCount.LABEL_DELAYS, 2);
        counters.add(JoinCount.LABEL_DELAY_MILLIS, 1000);
        metrics.run();
        counters.add(JoinCount.LABEL_DELAYS, 1);
        counters.add(JoinCount.LABEL_DELAY_MILLIS, 50);

        // When
        metrics.run();

        // Then
        assertThat(points())
                .extracting(point -> point.getValues().get("label_delay_mean_millis"))
                .containsExactly(500.0, 50.0);
        assertThat(points().get(1).getValues())
                .hasSize(JoinCount.values().length + 1)
                .containsEntry("label_delay_millis", 1050.0);
        assertThat(points().get(1).getModel()).isEqualTo("joiner");
    }

    @Test
    void withoutLabelsThereIsNoDelayRatherThanANumber() {
        // When
        metrics.run();

        // Then
        assertThat(points().get(0).getValues()).doesNotContainKey("label_delay_mean_millis");
    }

    @Test
    void aPointThatCannotBeSentIsLeftOutAndTheNextOneGoes() {
        // Given
        metrics.run();
        producer.errorNext(new TimeoutException("no answer"));

        // When
        metrics.run();
        metrics.run();

        // Then
        assertThat(points()).hasSize(2);
    }
}
