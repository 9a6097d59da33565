package io.decant.teacher.answer;

import io.decant.records.Sample;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A sample that waits in a batch for its answer. <i>Immutable.</i>
 *
 * @param origin the record that it came in, for its position, and a dead letter
 * @param features the bytes that the teacher is given
 */
public record Question(ConsumerRecord<byte[], byte[]> origin, Sample sample, byte[] features) {
    /** The answer's key: the sample id in UTF-8, whatever key the sample came with. */
    public byte[] key() {
        return sample.getSampleId().getBytes(StandardCharsets.UTF_8);
    }
}
