package io.decant.follower.reload;

import io.decant.records.CheckpointForm;
import io.decant.records.WeightsChunk;
import java.util.List;

/** Reads one form's chunks from {@code model-weights}. <i>Owned by the follower's thread.</i> */
public interface WeightsReader extends AutoCloseable {
    /**
     * Reads the form's offset range and nothing else.
     *
     * @param model whose chunks are wanted; others in the range are passed over
     * @throws org.apache.kafka.common.KafkaException if the range cannot be read in time; trying
     *     again may help
     */
    Read read(String model, CheckpointForm form);

    @Override
    void close();

    /**
     * What a range held.
     *
     * @param chunks in the order of the topic; what they claim is not yet verified
     * @param problems one sentence for each record that could not be read
     * @param bytes size of all records read, keys and values
     */
    record Read(List<WeightsChunk> chunks, List<String> problems, long bytes) {
        public Read {
            chunks = List.copyOf(chunks);
            problems = List.copyOf(problems);
        }
    }
}
