package io.decant.pipeline.metrics;

import io.decant.pipeline.record.RecordCodec;
import io.decant.records.Event;
import io.decant.records.MetricPoint;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Makes records for the training-metrics topic, and shows the same at {@code /metrics}. <i>Owned by
 * one thread.</i>
 */
public final class MetricReporter {
    private final String service;
    private final String instance;
    private final Shown shown;
    private final Topics topics;
    private final RecordCodec codec;
    private final InstantSource clock;

    /** Where points are shown besides. */
    @FunctionalInterface
    public interface Shown {
        /** Nowhere. */
        Shown NOWHERE = (model, values) -> {};

        void show(String model, Map<String, Double> values);
    }

    /**
     * Makes a reporter.
     *
     * @param instance which process of the service
     */
    public MetricReporter(
            String service,
            String instance,
            Shown shown,
            Topics topics,
            RecordCodec codec,
            InstantSource clock) {
        this.service = service;
        this.instance = instance;
        this.shown = shown;
        this.topics = topics;
        this.codec = codec;
        this.clock = clock;
    }

    /**
     * One point.
     *
     * @param model the model, or the service's name when it has none
     * @param version model version that the values belong to; 0 for none
     * @param values name to value; units are in the names
     */
    public ProducerRecord<byte[], byte[]> point(
            String model, long version, Map<String, Double> values) {
        return point(model, version, values, List.of());
    }

    /** Shows values of a point that was made {@link #unshown}. */
    public void show(String model, Map<String, Double> values) {
        shown.show(model, values);
    }

    /**
     * As {@link #point(String, long, Map)}, with what happened since the one before.
     *
     * @param events in order
     */
    public ProducerRecord<byte[], byte[]> point(
            String model, long version, Map<String, Double> values, List<Event> events) {
        shown.show(model, values);
        return unshown(model, version, values, events);
    }

    /** As {@link #point(String, long, Map, List)}, to be shown by {@link #show} when it stands. */
    public ProducerRecord<byte[], byte[]> unshown(
            String model, long version, Map<String, Double> values, List<Event> events) {
        MetricPoint point = new MetricPoint();
        point.setModel(model);
        point.setService(service);
        point.setInstance(instance);
        point.setVersion(version);
        point.setAtMillis(clock.millis());
        point.setValues(values);
        point.setEvents(events);
        return new ProducerRecord<>(
                topics.name(Topic.TRAINING_METRICS),
                topics.modelPartition(model),
                model.getBytes(StandardCharsets.UTF_8),
                codec.encode(Topic.TRAINING_METRICS, point));
    }
}
