package io.decant.trainer.export;

import io.decant.records.ExportRecord;
import io.decant.trainer.journal.JournalRecord;
import io.decant.trainer.journal.JournalSource;
import io.decant.trainer.journal.MissingRangeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileReader;

/**
 * The journal's records in an exported file, one sequential read: they stand in the order in which
 * lineage asks for them. <i>Owned by one thread.</i>
 */
final class FileJournal implements JournalSource {
    private final Path file;
    private final String topicId;
    private final List<Long> beginnings;
    private final DataFileReader<Object> reader;
    private Optional<ExportRecord> next = Optional.empty();

    FileJournal(Path file, String topicId, List<Long> beginnings) {
        this.file = file;
        this.topicId = topicId;
        this.beginnings = List.copyOf(beginnings);
        try {
            reader = FileHistory.open(file);
        } catch (IOException | AvroRuntimeException broken) {
            throw FileHistory.damaged(file, broken);
        }
    }

    @Override
    public String topicId() {
        return topicId;
    }

    @Override
    public long beginning(int partition) {
        return beginnings.get(partition);
    }

    @Override
    public void read(int partition, long first, long last, Consumer<JournalRecord> each) {
        boolean begun = false;
        for (Optional<ExportRecord> record = peek(); record.isPresent(); record = peek()) {
            ExportRecord found = record.get();
            boolean wanted =
                    found.getPartition() == partition
                            && found.getOffset() >= first
                            && found.getOffset() <= last;
            if (begun && !wanted) {
                break;
            }
            next = Optional.empty();
            if (wanted) {
                begun = true;
                each.accept(
                        new JournalRecord(
                                partition,
                                found.getOffset(),
                                found.getTimestampMillis(),
                                bytes(found.getKey()),
                                bytes(found.getValue())));
                if (found.getOffset() == last) {
                    return;
                }
            }
        }
        throw new MissingRangeException(
                "the file does not hold all records of journal partition "
                        + partition
                        + " offsets "
                        + first
                        + " to "
                        + last);
    }

    private Optional<ExportRecord> peek() {
        try {
            while (next.isEmpty() && reader.hasNext()) {
                if (reader.next() instanceof ExportRecord record) {
                    next = Optional.of(record);
                }
            }
            return next;
        } catch (AvroRuntimeException broken) {
            throw FileHistory.damaged(file, broken);
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException broken) {
            throw FileHistory.damaged(file, broken);
        }
    }
}
