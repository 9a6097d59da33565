package io.decant.trainer.journal;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntToLongFunction;

/**
 * A journal in memory. <i>Owned by whoever owns the lists.</i>
 *
 * @param topicId stands for Kafka's id of the topic
 * @param partitions the records of each, in order
 * @param beginnings the oldest offset that a partition still has
 */
public record MemoryJournal(
        String topicId, List<List<JournalRecord>> partitions, IntToLongFunction beginnings)
        implements JournalSource {
    @Override
    public long beginning(int partition) {
        return beginnings.applyAsLong(partition);
    }

    @Override
    public void read(int partition, long first, long last, Consumer<JournalRecord> each) {
        if (first < beginning(partition)) {
            throw new MissingRangeException(
                    "partition " + partition + " begins at " + beginning(partition));
        }
        partitions.get(partition).stream()
                .filter(record -> first <= record.offset() && record.offset() <= last)
                .forEach(each);
    }

    @Override
    public void close() {
        // It is only memory.
    }
}
