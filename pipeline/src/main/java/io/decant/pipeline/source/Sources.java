package io.decant.pipeline.source;

import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.DeadLetterReason;
import io.decant.records.Label;
import io.decant.records.Sample;
import io.decant.serde.BadRecordException;
import io.decant.serde.GenericAvroReader;
import io.decant.serde.WriterSchemas;
import io.decant.topics.Topic;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads samples and labels from wherever the settings say: Decant's own records, or mapped ones. A
 * record that cannot be used comes back as {@link Decoded.Bad}; a registry that cannot be asked is
 * thrown as {@link org.apache.kafka.common.errors.SerializationException}, because the record may
 * be fine. <i>Owned by the thread that owns the codec.</i>
 */
public final class Sources {
    private final SourceSettings settings;
    private final RecordCodec codec;
    private final Placement placement;
    private final String samplesTopic;
    private final Optional<Mapped<SampleMapping>> samples;
    private final Optional<Mapped<LabelMapping>> labels;

    private record Mapped<M>(TreeReader trees, M mapping) {}

    /**
     * @param codec reads Decant's own records; stays the caller's
     */
    public Sources(SourceSettings settings, ClusterSettings cluster, RecordCodec codec) {
        this.settings = settings;
        this.codec = codec;
        placement = new Placement(cluster.topics(), settings.partitioning());
        samplesTopic = settings.name(Topic.SAMPLES, cluster.topics());
        SampleSource sample = settings.samples();
        LabelSource label = settings.labels();
        samples =
                sample.topic()
                        .map(t -> new Mapped<>(trees(sample.format(), cluster), sample.mapping()));
        labels =
                label.topic()
                        .map(
                                t ->
                                        new Mapped<>(
                                                trees(label.format(), cluster),
                                                new LabelMapping(label)));
    }

    private static TreeReader trees(SourceFormat format, ClusterSettings cluster) {
        return switch (format) {
            case JSON -> new JsonTrees();
            case AVRO ->
                    new GenericAvroReader(WriterSchemas.ofRegistry(RecordCodec.properties(cluster)))
                            ::read;
        };
    }

    /** The rule where the records of one sample stand. */
    public Placement placement() {
        return placement;
    }

    /** Reads a sample, and checks that it stands where its id belongs. */
    public Decoded<Sample> sample(SourceRecord record) {
        if (samples.isEmpty()) {
            return placed(
                    codec.decode(Topic.SAMPLES, record.value(), Sample.class),
                    sample ->
                            placement.keyed(
                                    record.key(), record.partition(), sample.getSampleId()));
        }
        Mapped<SampleMapping> mapped = samples.get();
        return placed(
                mapped(mapped, record, tree -> mapped.mapping().sample(record, tree)),
                sample -> placement.inPartition(record.partition(), sample.getSampleId()));
    }

    /** Reads a record of the labels topic, and checks that it stands where its id belongs. */
    public Decoded<Label> label(SourceRecord record) {
        if (labels.isEmpty()) {
            return placed(
                    codec.decode(Topic.LABELS, record.value(), Label.class),
                    label ->
                            placement.keyed(record.key(), record.partition(), label.getSampleId()));
        }
        Mapped<LabelMapping> mapped = labels.get();
        String topic = settings.labels().topic().orElseThrow();
        return placed(
                mapped(mapped, record, tree -> mapped.mapping().label(record, tree, topic)),
                label -> placement.inPartition(record.partition(), label.getSampleId()));
    }

    /**
     * The label that a sample's record holds. Only what is wrong with the label is told: a record
     * that is no sample is refused by whoever reads samples.
     */
    public Decoded<Optional<Label>> labelOfSample(SourceRecord record) {
        Mapped<SampleMapping> mapped = samples.orElseThrow();
        Decoded<Optional<Label>> none = new Decoded.Good<>(Optional.empty());
        if (record.value() == null) {
            return none;
        }
        Object tree;
        try {
            tree = mapped.trees().read(record.value());
            String id = mapped.mapping().sample(record, tree).getSampleId();
            if (placement.inPartition(record.partition(), id).isPresent()) {
                return none;
            }
        } catch (BadRecordException noSample) {
            return none;
        }
        return decoded(() -> mapped.mapping().label(record, tree, samplesTopic));
    }

    private static <M, T> Decoded<T> mapped(
            Mapped<M> mapped, SourceRecord record, Function<Object, T> mapping) {
        if (record.value() == null) {
            return new Decoded.Bad<>(
                    DeadLetterReason.UNDECODABLE, "the value is null; expected a record to map");
        }
        return decoded(() -> mapping.apply(mapped.trees().read(record.value())));
    }

    private static <T> Decoded<T> decoded(Supplier<T> mapping) {
        try {
            return new Decoded.Good<>(mapping.get());
        } catch (BadRecordException unmappable) {
            return new Decoded.Bad<>(unmappable.reason(), unmappable.getMessage());
        }
    }

    private static <T> Decoded<T> placed(
            Decoded<T> decoded, Function<T, Optional<Decoded.Bad<T>>> rule) {
        if (decoded instanceof Decoded.Good<T> good) {
            Optional<Decoded.Bad<T>> misplaced = rule.apply(good.value());
            return misplaced.isPresent() ? misplaced.get() : good;
        }
        return decoded;
    }
}
