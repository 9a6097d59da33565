package io.decant.bench.serializer;

import io.decant.dataset.IdxSplit;
import io.decant.records.DType;
import io.decant.records.Sample;
import io.decant.records.Tensor;
import io.decant.serde.AvroRecordDeserializer;
import io.decant.serde.AvroRecordSerializer;
import io.decant.serde.testing.FakeRegistry;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/**
 * Decant's serializer and deserializer, with a registry that they ask once for each schema.
 * <i>Owned by one thread.</i>
 */
public final class Wire implements Coder {
    private static final String TOPIC = "bench";

    private final FakeRegistry registry = FakeRegistry.start();
    private final AvroRecordSerializer serializer = new AvroRecordSerializer();
    private final AvroRecordDeserializer deserializer = new AvroRecordDeserializer();

    public Wire() {
        Map<String, String> properties =
                Map.of(
                        "schema.registry.url",
                        registry.url(),
                        "value.subject.name.strategy",
                        "TopicRecordNameStrategy");
        serializer.configure(properties, false);
        deserializer.configure(properties, false);
    }

    @Override
    public byte[] write(SpecificRecord record) {
        return serializer.serialize(TOPIC, record);
    }

    @Override
    public SpecificRecord read(byte[] bytes) {
        return deserializer.deserialize(TOPIC, bytes);
    }

    /** A sample as a consumer has it: its features lie in what was read. */
    public Sample decoded(Sample sample) {
        return (Sample) read(write(sample));
    }

    /** An image of a split as its producer makes it a sample. */
    public static Sample sample(String id, IdxSplit split, int index) {
        return new Sample(
                id,
                new Tensor(DType.U8, split.shape(), ByteBuffer.wrap(split.sample(index))),
                System.currentTimeMillis(),
                Map.of());
    }

    @Override
    public void close() {
        serializer.close();
        deserializer.close();
        registry.close();
    }
}
