package io.decant.trainer.export;

import io.decant.model.digest.Sha256;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.CheckpointManifest;
import io.decant.records.ExportFooter;
import io.decant.records.ExportHeader;
import io.decant.records.ExportRecord;
import io.decant.records.Lineage;
import io.decant.records.TrainerStateChunk;
import io.decant.serde.WriterSchemas;
import io.decant.trainer.journal.JournalSource;
import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.replay.ModelHistory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.specific.SpecificDatumReader;

/**
 * A model's history in an exported file. The file is looked at from its end first, so that a
 * truncated one is refused before anything is learned from it. <i>Owned by one thread.</i>
 */
public final class FileHistory implements ModelHistory {
    /** The footer is within so many bytes of the end. */
    private static final int TAIL_BYTES = 1 << 20;

    private final Path file;
    private final ExportHeader header;
    private final ExportFooter footer;
    private final NavigableMap<Long, CheckpointManifest> manifests = new TreeMap<>();
    private final NavigableMap<Long, Lineage> lineage = new TreeMap<>();
    private final ByteArrayOutputStream state = new ByteArrayOutputStream();
    private final Map<Integer, Schema> schemas = new HashMap<>();

    /**
     * Opens a file.
     *
     * @throws ExportException when it is not an exported journal, of another format, or not
     *     complete
     */
    public FileHistory(Path file) {
        this.file = file;
        if (!Files.isRegularFile(file)) {
            throw new ExportException(
                    "there is no file "
                            + file
                            + "; expected one that 'decant journal export' wrote");
        }
        try {
            footer = footer();
            header = head();
            footer.getSchemas()
                    .forEach(
                            (id, text) ->
                                    schemas.put(
                                            Integer.valueOf(id), new Schema.Parser().parse(text)));
        } catch (IOException | AvroRuntimeException | NumberFormatException broken) {
            throw damaged(file, broken);
        }
    }

    static ExportException damaged(Path file, Exception cause) {
        return new ExportException(
                "the file "
                        + file
                        + " is damaged or not an exported journal ("
                        + cause.getMessage()
                        + "); export the journal again, or copy the file again",
                cause);
    }

    static DataFileReader<Object> open(Path file) throws IOException {
        return new DataFileReader<>(file.toFile(), new SpecificDatumReader<>(JournalFile.ENTRY));
    }

    private ExportFooter footer() throws IOException {
        Object last = null;
        try (DataFileReader<Object> reader = open(file)) {
            reader.sync(Math.max(0, Files.size(file) - TAIL_BYTES));
            while (reader.hasNext()) {
                last = reader.next();
            }
        } catch (IOException | AvroRuntimeException broken) {
            throw damaged(file, broken);
        }
        if (last instanceof ExportFooter found) {
            return found;
        }
        throw new ExportException(
                "the file "
                        + file
                        + " is not complete: its last entry is missing; copy it again, or export the journal again");
    }

    /** Reads what stands before the journal's records. */
    private ExportHeader head() throws IOException {
        try (DataFileReader<Object> reader = open(file)) {
            if (!(reader.next() instanceof ExportHeader first)) {
                throw new IOException("it does not begin with a header");
            }
            if (!first.getFormat().equals(JournalFile.FORMAT)) {
                throw new ExportException(
                        "the file "
                                + file
                                + " has format "
                                + first.getFormat()
                                + ", expected "
                                + JournalFile.FORMAT
                                + "; use the release that wrote it");
            }
            Object entry = reader.next();
            while (!(entry instanceof ExportRecord || entry instanceof ExportFooter)) {
                if (entry instanceof CheckpointManifest manifest) {
                    manifests.put(manifest.getVersion(), manifest);
                } else if (entry instanceof Lineage version) {
                    lineage.put(version.getVersion(), version);
                } else if (entry instanceof TrainerStateChunk chunk) {
                    byte[] data = new byte[chunk.getData().remaining()];
                    chunk.getData().get(data);
                    state.writeBytes(data);
                }
                entry = reader.next();
            }
            return first;
        }
    }

    @Override
    public String model() {
        return header.getModel();
    }

    /** Names and counts of the installation; its addresses are not those of anything. */
    @Override
    public ClusterSettings cluster() {
        ClusterSettings nowhere =
                ClusterSettings.of("exported-journal:0", "http://exported-journal");
        return new ClusterSettings(
                nowhere.bootstrapServers(),
                nowhere.schemaRegistryUrl(),
                header.getPrefix(),
                header.getSamplePartitions(),
                header.getModelPartitions(),
                nowhere.valueSerializer(),
                nowhere.valueDeserializer(),
                Map.of());
    }

    @Override
    public String journalTopicId() {
        return header.getJournalTopicId();
    }

    /** Of the versions that can be made, and of the one that the file begins with. */
    @Override
    public NavigableMap<Long, Lineage> lineage() {
        return Collections.unmodifiableNavigableMap(lineage);
    }

    @Override
    public NavigableMap<Long, CheckpointManifest> manifests() {
        return Collections.unmodifiableNavigableMap(manifests);
    }

    @Override
    public long firstVersion() {
        return header.getStartVersion() + 1;
    }

    @Override
    public NavigableSet<Long> states() {
        NavigableSet<Long> states = new TreeSet<>();
        if (header.getStartVersion() > 0) {
            states.add(header.getStartVersion());
        }
        return states;
    }

    @Override
    public Optional<LearnerState> state(long version) {
        boolean there = states().contains(version);
        CheckpointManifest manifest = manifests.get(version);
        byte[] bytes = state.toByteArray();
        boolean sound =
                manifest == null
                        || ByteBuffer.wrap(Sha256.of(bytes)).equals(manifest.getStateDigest());
        return there && sound ? Optional.of(LearnerState.read(bytes)) : Optional.empty();
    }

    @Override
    public JournalSource openJournal() {
        return new FileJournal(file, header.getJournalTopicId(), footer.getBeginnings());
    }

    @Override
    public RecordCodec openCodec() {
        return RecordCodec.reading(cluster().topics(), WriterSchemas.of(schemas));
    }

    @Override
    public void close() {
        // Nothing stays open between passes.
    }
}
