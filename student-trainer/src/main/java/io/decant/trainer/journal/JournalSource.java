package io.decant.trainer.journal;

import java.util.function.Consumer;

/**
 * Where a replay finds journal records: the topic, or an exported file. Spans are asked for in the
 * order of lineage, so each partition is read forwards. <i>Owned by one thread.</i>
 */
public interface JournalSource extends AutoCloseable {
    /** Kafka's id of the journal topic that the records are of. */
    String topicId();

    /** The oldest offset of a partition that this source can still give. */
    long beginning(int partition);

    /**
     * Hands over the committed data records of one partition with {@code first <= offset <= last},
     * in order.
     *
     * @throws MissingRangeException when the source does not have all of them any more
     */
    void read(int partition, long first, long last, Consumer<JournalRecord> each);

    @Override
    void close();
}
