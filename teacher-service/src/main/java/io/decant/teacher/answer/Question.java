package io.decant.teacher.answer;

import io.decant.records.Sample;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A sample that waits in a batch for its answer. <i>Immutable.</i>
 *
 * @param origin the record that it came in, for its key, position, and a dead letter
 * @param features the bytes that the teacher is given
 */
public record Question(ConsumerRecord<byte[], byte[]> origin, Sample sample, byte[] features) {}
