package io.decant.trainer.rerun;

import io.decant.pipeline.kafka.Clients;
import io.decant.records.Lineage;
import io.decant.records.Span;
import io.decant.trainer.audit.LineageIndex;
import io.decant.trainer.journal.JournalReader;
import io.decant.trainer.journal.JournalSource;
import io.decant.trainer.journal.JournalStart;
import io.decant.trainer.replay.ClusterHistory;
import io.decant.trainer.replay.ModelHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The first journal offsets of a time, one for each partition; where nothing is that new, where the
 * model's lineage ends, or later. <i>Thread-safe: all methods are pure.</i>
 */
public final class TimeLookup {
    private TimeLookup() {}

    /** Asks the cluster; of an exported journal, reads what the model learned once through. */
    public static List<Long> of(ModelHistory history, Instant time) {
        return history instanceof ClusterHistory ? ask(history, time) : scan(history, time);
    }

    private static List<Long> ask(ModelHistory history, Instant time) {
        try (JournalReader reader =
                new JournalReader(
                        new Clients(history.cluster()),
                        history.cluster().topics(),
                        history.model())) {
            return reader.startOffsets(new JournalStart(JournalStart.From.TIME, Optional.of(time)));
        }
    }

    static List<Long> scan(ModelHistory history, Instant time) {
        if (history.lineage().isEmpty()) {
            return List.of();
        }
        List<Long> ends = LineageIndex.ends(history.lineage().lastEntry().getValue());
        List<Long> found = new ArrayList<>(Collections.nCopies(ends.size(), null));
        try (JournalSource journal = history.openJournal()) {
            for (Lineage version : history.lineage().values()) {
                for (Span span : version.getSpans()) {
                    journal.read(
                            span.getPartition(),
                            span.getFirstOffset(),
                            span.getLastOffset(),
                            record -> {
                                if (found.get(record.partition()) == null
                                        && record.timestampMillis() >= time.toEpochMilli()) {
                                    found.set(record.partition(), record.offset());
                                }
                            });
                }
            }
        }
        for (int p = 0; p < ends.size(); p++) {
            found.set(p, found.get(p) == null ? ends.get(p) : found.get(p));
        }
        return found;
    }
}
