import io.decant.records.DType;
import io.decant.records.Label;
import io.decant.records.Sample;
import io.decant.records.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends samples and their labels from a program of your own. The arguments are the brokers' address,
 * the registry's address and the topics' prefix, such as localhost:9092 http://localhost:8081 decant.
 */
public final class ProduceSamples {
    private ProduceSamples() {}

    public static void main(String[] arguments) throws Exception {
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers", arguments[0],
                        "schema.registry.url", arguments[1],
                        "key.serializer", StringSerializer.class,
                        "value.serializer", "io.decant.serde.AvroRecordSerializer",
                        "acks", "all");
        String prefix = arguments[2];
        try (KafkaProducer<String, Object> producer = new KafkaProducer<>(settings)) {
            List<Future<?>> sent = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                String id = "my-run-" + i; // The key: Kafka's default partitioner does the rest.
                long now = System.currentTimeMillis();
                byte[] pixels = {(byte) i, 0, 0, 1}; // Little-endian, row by row.
                Tensor features = new Tensor(DType.U8, List.of(2, 2), ByteBuffer.wrap(pixels));
                Sample sample = new Sample(id, features, now, Map.of("camera", "north"));
                Label label = new Label(id, i % 2, null, "inspector", now);
                sent.add(producer.send(new ProducerRecord<>(prefix + "samples", id, sample)));
                sent.add(producer.send(new ProducerRecord<>(prefix + "labels", id, label)));
            }
            for (Future<?> each : sent) {
                each.get(); // Throws if the broker did not take it.
            }
        }
    }
}
