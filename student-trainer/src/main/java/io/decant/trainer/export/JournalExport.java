package io.decant.trainer.export;

import io.decant.records.CheckpointManifest;
import io.decant.records.ExportFooter;
import io.decant.records.ExportHeader;
import io.decant.records.ExportRecord;
import io.decant.records.Lineage;
import io.decant.records.Span;
import io.decant.records.TrainerStateChunk;
import io.decant.serde.BadRecordException;
import io.decant.serde.WriterSchemas;
import io.decant.trainer.journal.JournalRecord;
import io.decant.trainer.journal.JournalSource;
import io.decant.trainer.journal.MissingRangeException;
import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.publish.Chunks;
import io.decant.trainer.replay.Coverage;
import io.decant.trainer.replay.ModelHistory;
import io.decant.trainer.replay.Replay;
import io.decant.trainer.replay.ReplayWatcher;
import io.decant.trainer.replay.Start;
import io.decant.trainer.replay.Starts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificDatumWriter;

/**
 * Writes what is needed to make versions of a model again into one file, so that it outlives the
 * journal's retention and needs neither broker nor registry. Records are copied as their bytes, one
 * at a time: memory does not grow with the journal. The file has its name only when it is complete.
 * <i>Owned by one thread.</i>
 */
public final class JournalExport {
    /** Uncompressed bytes of one block of the file. */
    private static final int BLOCK_BYTES = 256 << 10;

    private static final int COMPRESSION_LEVEL = 3;
    private static final int WIRE_HEADER_BYTES = 5;

    private final ModelHistory history;
    private final WriterSchemas registry;
    private final ReplayWatcher watcher;
    private final InstantSource clock;

    private final Map<String, String> schemas = new TreeMap<>();
    private final Set<Integer> unknown = new HashSet<>();
    private long records;
    private long bytes;

    /** What is exported: versions from one to the other, and the state before them. */
    private record Range(long start, Optional<LearnerState> state, long last) {}

    /**
     * What a file holds.
     *
     * @param startVersion the version whose state it begins with; 0 = genesis
     * @param lastVersion the last that can be made again
     * @param fileBytes its size
     */
    public record Summary(
            Path file,
            long startVersion,
            long lastVersion,
            long records,
            long bytes,
            long fileBytes) {}

    /**
     * Exports a history, which stays the caller's.
     *
     * @param registry knows the schemas that the journal's records name
     */
    public JournalExport(
            ModelHistory history,
            WriterSchemas registry,
            ReplayWatcher watcher,
            InstantSource clock) {
        this.history = history;
        this.registry = registry;
        this.watcher = watcher;
        this.clock = clock;
    }

    /**
     * Writes the file; one of that name is replaced at the end. Used once.
     *
     * @param from first version to be made again; empty for the oldest possible
     * @param to last version; empty for the newest
     * @throws ExportException when part of it is gone, or the file cannot be written
     */
    public Summary write(Path out, OptionalLong from, OptionalLong to) {
        Path target = out.toAbsolutePath().normalize();
        Path partial = target.resolveSibling(target.getFileName() + ".part");
        try (JournalSource journal = history.openJournal()) {
            Range range = range(journal, from, to);
            try (DataFileWriter<Object> file =
                    new DataFileWriter<>(new SpecificDatumWriter<>(JournalFile.ENTRY))) {
                file.setCodec(CodecFactory.zstandardCodec(COMPRESSION_LEVEL));
                file.setSyncInterval(BLOCK_BYTES);
                file.create(JournalFile.ENTRY, partial.toFile());
                write(range, journal, file);
                file.fSync();
            }
            Files.move(
                    partial,
                    target,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            return new Summary(target, range.start, range.last, records, bytes, Files.size(target));
        } catch (IOException | UncheckedIOException refused) {
            throw new ExportException(
                    "the file " + target + " cannot be written: " + refused, refused);
        } catch (MissingRangeException gone) {
            throw new ExportException(
                    "part of the journal went while it was exported: " + gone.getMessage(), gone);
        } finally {
            deletePartial(partial);
        }
    }

    private static void deletePartial(Path partial) {
        try {
            Files.deleteIfExists(partial);
        } catch (IOException left) {
            throw new ExportException("the partial file " + partial + " is left behind", left);
        }
    }

    private Range range(JournalSource journal, OptionalLong from, OptionalLong to) {
        long newest = Replay.newest(history);
        long last = to.orElse(newest);
        if (newest == 0 || last > newest || from.orElse(1) > last || from.orElse(1) < 1) {
            throw new ExportException(
                    newest == 0
                            ? "model '" + history.model() + "' has no versions here"
                            : "versions "
                                    + from.orElse(1)
                                    + " to "
                                    + last
                                    + " cannot be exported: model '"
                                    + history.model()
                                    + "' has versions 1 to "
                                    + newest);
        }
        Coverage coverage = new Coverage(history, journal);
        return from.isPresent() ? given(coverage, from.getAsLong(), last) : oldest(coverage, last);
    }

    private Range given(Coverage coverage, long from, long last) {
        Start start = new Starts(history).newestUpTo(from - 1);
        List<String> missing = coverage.missing(start.version() + 1, last);
        if (!missing.isEmpty()) {
            throw gone(start.version() + 1, last, missing);
        }
        return new Range(start.version(), start.state(), last);
    }

    /** Begins behind the last version that cannot be read. */
    private Range oldest(Coverage coverage, long last) {
        long broken = last;
        while (broken > 0 && coverage.has(broken)) {
            broken--;
        }
        if (broken == 0) {
            return new Range(0, Optional.empty(), last);
        }
        return new Starts(history)
                .oldestFrom(broken)
                .filter(start -> start.version() < last)
                .map(start -> new Range(start.version(), start.state(), last))
                .orElseThrow(() -> gone(1, last, coverage.missing(1, last)));
    }

    private ExportException gone(long first, long last, List<String> missing) {
        return new ExportException(
                "versions "
                        + first
                        + " to "
                        + last
                        + " of model '"
                        + history.model()
                        + "' cannot be exported: "
                        + String.join("; ", missing));
    }

    private void write(Range range, JournalSource journal, DataFileWriter<Object> file)
            throws IOException {
        file.append(header(range));
        for (CheckpointManifest manifest :
                history.manifests().subMap(range.start, true, range.last, true).values()) {
            file.append(manifest);
        }
        for (Lineage lineage :
                history.lineage().subMap(range.start, true, range.last, true).values()) {
            file.append(lineage);
        }
        if (range.state.isPresent()) {
            writeState(range.state.get(), file);
        }
        watcher.starting(range.start);
        for (Lineage lineage :
                history.lineage().subMap(range.start, false, range.last, true).values()) {
            watcher.making(lineage.getVersion());
            for (Span span : lineage.getSpans()) {
                journal.read(
                        span.getPartition(),
                        span.getFirstOffset(),
                        span.getLastOffset(),
                        record -> append(record, file));
                watcher.learned(span.getRecords());
            }
        }
        // A block of its own, at the very end: a reader looks there first.
        file.sync();
        file.append(footer(range));
    }

    private ExportHeader header(Range range) {
        return new ExportHeader(
                JournalFile.FORMAT,
                history.model(),
                history.journalTopicId(),
                history.cluster().prefix(),
                history.lineage().get(range.last).getStartOffsets().size(),
                history.cluster().modelPartitions(),
                range.start,
                range.last,
                clock.millis());
    }

    private ExportFooter footer(Range range) {
        return new ExportFooter(
                records,
                bytes,
                List.copyOf(history.lineage().get(range.start + 1).getStartOffsets()),
                schemas);
    }

    private static void writeState(LearnerState state, DataFileWriter<Object> file)
            throws IOException {
        List<ByteBuffer> chunks = Chunks.of(state.toBytes());
        for (int part = 0; part < chunks.size(); part++) {
            LearnerState.Header header = state.header();
            file.append(
                    new TrainerStateChunk(
                            header.model(),
                            header.version(),
                            "export",
                            part,
                            chunks.size(),
                            chunks.get(part)));
        }
    }

    private void append(JournalRecord record, DataFileWriter<Object> file) {
        try {
            file.append(
                    new ExportRecord(
                            record.partition(),
                            record.offset(),
                            record.timestampMillis(),
                            buffer(record.key()),
                            buffer(record.value())));
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
        records++;
        bytes += size(record.key()) + size(record.value());
        rememberSchema(record.value());
    }

    private void rememberSchema(byte[] value) {
        if (size(value) < WIRE_HEADER_BYTES || value[0] != 0) {
            return;
        }
        int id = ByteBuffer.wrap(value, 1, Integer.BYTES).getInt();
        if (!schemas.containsKey(Integer.toString(id)) && !unknown.contains(id)) {
            try {
                schemas.put(Integer.toString(id), registry.byId(id).toString());
            } catch (BadRecordException none) {
                // The trainer could not read the record either, and lineage counts it as refused.
                unknown.add(id);
            }
        }
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }

    private static int size(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
