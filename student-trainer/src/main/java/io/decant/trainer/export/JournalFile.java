package io.decant.trainer.export;

import io.decant.records.CheckpointManifest;
import io.decant.records.ExportFooter;
import io.decant.records.ExportHeader;
import io.decant.records.ExportRecord;
import io.decant.records.Lineage;
import io.decant.records.TrainerStateChunk;
import io.decant.records.TrustedRecords;
import java.util.List;
import org.apache.avro.Schema;

/**
 * The layout of an exported journal: an Avro container file whose entries are, in this order, one
 * header; the manifests and the lineage of all versions; the state to begin with, unless that is
 * genesis; the journal's records in the order in which they were learned; one footer.
 * <i>Thread-safe: only constants.</i>
 */
final class JournalFile {
    static {
        TrustedRecords.load();
    }

    static final String FORMAT = "decant.journal/1";

    /** Any Avro reader can show the file: each entry is one of these. */
    static final Schema ENTRY =
            Schema.createUnion(
                    List.of(
                            ExportHeader.getClassSchema(),
                            CheckpointManifest.getClassSchema(),
                            Lineage.getClassSchema(),
                            TrainerStateChunk.getClassSchema(),
                            ExportRecord.getClassSchema(),
                            ExportFooter.getClassSchema()));

    private JournalFile() {}
}
